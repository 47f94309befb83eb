// What go-lumber's own client takes to send COUNT events, the lines of a file in turn, to a Lumberjack server: one JSON line with its CPU and wall time.
//
//	bare_lumber [-level N] [-window N] [-inflight N] ADDRESS COUNT FILE
//
// The clock stops with the last acknowledgement.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"log"
	"os"
	"strconv"
	"sync"
	"syscall"
	"time"

	client "github.com/elastic/go-lumber/client/v2"
)

func cpu() float64 {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		log.Fatal(err)
	}
	return float64(use.Utime.Nano()+use.Stime.Nano()) / 1e9
}

// Events are JSON already.
func asItIs(event interface{}) ([]byte, error) {
	return event.([]byte), nil
}

func main() {
	level := flag.Int("level", 3, "zlib's level")
	window := flag.Int("window", 2048, "events in a window")
	inflight := flag.Int("inflight", 2, "windows on the way")
	flag.Parse()
	if flag.NArg() != 3 {
		log.Fatal("usage: bare_lumber [-level N] [-window N] [-inflight N] ADDRESS COUNT FILE")
	}
	count, err := strconv.Atoi(flag.Arg(1))
	if err != nil {
		log.Fatal(err)
	}
	text, err := os.ReadFile(flag.Arg(2))
	if err != nil {
		log.Fatal(err)
	}
	lines := bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))
	c, err := client.AsyncDial(flag.Arg(0), *inflight, client.JSONEncoder(asItIs), client.CompressionLevel(*level), client.Timeout(30*time.Second))
	if err != nil {
		log.Fatal(err)
	}
	var pending sync.WaitGroup
	beganCPU, began := cpu(), time.Now()
	for sent := 0; sent < count; {
		batch := make([]interface{}, 0, *window)
		for ; len(batch) < *window && sent < count; sent++ {
			batch = append(batch, lines[sent%len(lines)])
		}
		pending.Add(1)
		want := uint32(len(batch))
		err := c.Send(func(seq uint32, err error) {
			if err != nil || seq != want {
				log.Fatal(seq, " of ", want, " acknowledged: ", err)
			}
			pending.Done()
		}, batch)
		if err != nil {
			log.Fatal(err)
		}
	}
	pending.Wait()
	fmt.Printf("{\"cpu_s\": %.6f, \"wall_s\": %.6f}\n", cpu()-beganCPU, time.Since(began).Seconds())
}
