package main

import (
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// latencies are summed up by the names the contract gives.
type latencies []time.Duration

func (l latencies) addTo(result map[string]any) {
	slices.Sort(l)
	result["count"] = len(l)
	result["p50Micros"] = micros(l.percentile(0.50))
	result["p99Micros"] = micros(l.percentile(0.99))
}

// percentile is the nearest rank of a sorted list; zero when the list is empty.
func (l latencies) percentile(p float64) time.Duration {
	if len(l) == 0 {
		return 0
	}
	rank := int(math.Ceil(p*float64(len(l)))) - 1
	return l[max(rank, 0)]
}

func (l latencies) addRateTo(result map[string]any, elapsed time.Duration) {
	l.addTo(result)
	result["seconds"] = elapsed.Seconds()
	result["perSecond"] = float64(len(l)) / elapsed.Seconds()
}

func micros(d time.Duration) float64 {
	return math.Round(float64(d.Nanoseconds())/100) / 10
}

// clockTicksPerSecond is the unit of the times in /proc/self/stat; Linux fixes it for user space.
const clockTicksPerSecond = 100

func usage() (map[string]any, error) {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return nil, err
	}
	residentPages, err := strconv.ParseInt(strings.Fields(string(statm))[1], 10, 64)
	if err != nil {
		return nil, err
	}
	stat, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return nil, err
	}
	// The name in parentheses may hold blanks; utime and stime are the 12th and 13th field after it.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	var ticks int64
	for _, field := range fields[11:13] {
		value, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return nil, err
		}
		ticks += value
	}
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"rssBytes":   residentPages * int64(os.Getpagesize()),
		"cpuSeconds": float64(ticks) / clockTicksPerSecond,
		"openFiles":  len(files) - 1, // without the descriptor that lists the directory
	}, nil
}
