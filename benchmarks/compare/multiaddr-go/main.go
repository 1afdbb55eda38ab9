// Command multiaddr measures go-multiaddr on the addresses of a file whose lines are NAME ADDRESS, and prints one JSON
// object per figure.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	ma "github.com/multiformats/go-multiaddr"
)

type figure struct {
	Name        string  `json:"name"`
	Operation   string  `json:"operation"`
	NanosPerOp  float64 `json:"nanosPerOp"`
	BytesPerOp  int64   `json:"bytesPerOp"`
	AllocsPerOp int64   `json:"allocsPerOp"`
}

func main() {
	testing.Init()
	flag.Parse() // -test.benchtime sets how long each figure takes
	if err := run(flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "multiaddr:", err)
		os.Exit(1)
	}
}

func run(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	out := json.NewEncoder(os.Stdout)
	for lines := bufio.NewScanner(file); lines.Scan(); {
		name, text, _ := strings.Cut(lines.Text(), " ")
		parsed, err := ma.NewMultiaddr(text)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		raw := parsed.Bytes()
		for operation, once := range map[string]func() error{
			"parse":  func() error { _, err := ma.NewMultiaddr(text); return err },
			"decode": func() error { _, err := ma.NewMultiaddrBytes(raw); return err },
			"format": func() error { _ = parsed.String(); return nil },
		} {
			if err := out.Encode(measure(name, operation, once)); err != nil {
				return err
			}
		}
	}
	return nil
}

func measure(name, operation string, once func() error) figure {
	result := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := once(); err != nil {
				b.Fatal(err)
			}
		}
	})
	nanos := float64(result.T.Nanoseconds()) / float64(result.N)
	return figure{name, operation, nanos, result.AllocedBytesPerOp(), result.AllocsPerOp()}
}
