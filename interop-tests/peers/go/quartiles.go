package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// outlierSpan is how many interquartile ranges a sample may lie outside of the quartiles.
const outlierSpan = 1.5

// quartiles are the samples of one measurement.
type quartiles []float64

// write prints one section of the perf contract. As in its example, min and max leave the outliers out.
func (q quartiles) write(out io.Writer, name, unit string, decimals int) error {
	if len(q) == 0 {
		return nil
	}
	sorted := slices.Sorted(slices.Values(q))
	q1, median, q3 := quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)
	low, high := q1-outlierSpan*(q3-q1), q3+outlierSpan*(q3-q1)
	isOutlier := func(sample float64) bool { return sample < low || sample > high }
	inner := slices.DeleteFunc(slices.Clone(sorted), isOutlier)
	outliers := slices.DeleteFunc(slices.Clone(sorted), func(sample float64) bool { return !isOutlier(sample) })

	text := func(values ...float64) string {
		words := make([]string, len(values))
		for i, value := range values {
			words[i] = strconv.FormatFloat(value, 'f', decimals, 64)
		}
		return strings.Join(words, ", ")
	}
	_, err := fmt.Fprintf(out,
		"%s:\n  iterations: %d\n  min: %s\n  q1: %s\n  median: %s\n  q3: %s\n  max: %s\n  outliers: [%s]\n  samples: [%s]\n  unit: %s\n",
		name, len(q), text(inner[0]), text(q1), text(median), text(q3), text(inner[len(inner)-1]),
		text(outliers...), text(sorted...), unit)
	return err
}

// quantile interpolates between the two nearest of sorted samples.
func quantile(sorted []float64, p float64) float64 {
	position := p * float64(len(sorted)-1)
	below := int(math.Floor(position))
	above := int(math.Ceil(position))
	return sorted[below] + (sorted[above]-sorted[below])*(position-float64(below))
}
