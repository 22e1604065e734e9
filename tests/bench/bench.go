// bench -- the rows of bench.c, on Go's own channels.
//
// The same number of goroutines does the same operations; only the language
// differs. Built and run by tests/bench/run: `bench ROW...`, `bench -b N` and
// `bench -s N`, as in C.
//
// SPDX-License-Identifier: 0BSD
package main

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	cores   = 2
	hundred = 100
	links   = 1000
)

// On cache lines of their own.
var sink [64]int

func work(amount, who int) {
	x := 0
	for i := 0; i < amount; i++ {
		x = x*2 + i
	}
	sink[who%8*8] = x
}

func together(copies int, f func()) {
	var wg sync.WaitGroup
	for i := 0; i < copies; i++ {
		wg.Add(1)
		go func() {
			f()
			wg.Done()
		}()
	}
	wg.Wait()
}

func hundreds(n int, c chan int) {
	for ; n > 0; n-- {
		for i := 0; i < hundred; i++ {
			c <- i
		}
		for i := 0; i < hundred; i++ {
			<-c
		}
	}
}

func uncontended(n int) {
	together(cores, func() { hundreds(n/cores, make(chan int, hundred)) })
}

func contended(n int) {
	c := make(chan int, cores*hundred)
	together(cores, func() { hundreds(n/cores, c) })
}

func semaphore(n int) {
	c := make(chan int, cores)
	together(cores, func() {
		for i := 0; i < n/cores; i++ {
			c <- 0
			<-c
		}
	})
}

func creation(n int) {
	together(cores, func() {
		for i := 0; i < n/cores; i++ {
			c := make(chan int, 1)
			c <- 0
			<-c
		}
	})
}

// A channel that stays on the stack would cost nothing.
var made chan int

func makeChan(n int) {
	for i := 0; i < n; i++ {
		made = make(chan int, 8)
	}
}

func drainClosed(n int) {
	for done := 0; done < n; done += 1000 {
		full := make(chan int, 1000)
		for i := 0; i < 1000; i++ {
			full <- i
		}
		close(full)
		for range full {
		}
	}
}

func pingPong(n int) {
	c := make(chan int)
	var wg sync.WaitGroup
	wg.Add(2)
	go func() {
		for i := 0; i < n; i += 2 {
			c <- 0
			<-c
		}
		wg.Done()
	}()
	go func() {
		for i := 0; i < n; i += 2 {
			<-c
			c <- 0
		}
		wg.Done()
	}()
	wg.Wait()
}

func producers(pairs, capacity, amount int) func(int) {
	return func(n int) {
		c := make(chan int, capacity)
		var wg sync.WaitGroup
		for p := 0; p < pairs; p++ {
			wg.Add(2)
			who := 2 * p
			go func() {
				for i := 0; i < n/pairs; i++ {
					work(amount, who)
					c <- i
				}
				wg.Done()
			}()
			go func() {
				for i := 0; i < n/pairs; i++ {
					<-c
					work(amount, who+1)
				}
				wg.Done()
			}()
		}
		wg.Wait()
	}
}

func look(n int, c chan int) {
	together(cores, func() {
		for i := 0; i < n/cores; i++ {
			select {
			case <-c:
			default:
			}
		}
	})
}

func nonblockingReceive(n int) { look(n, make(chan int)) }

func selectClosed(n int) {
	c := make(chan int)
	close(c)
	together(cores, func() {
		for i := 0; i < n/cores; i++ {
			select {
			case <-c:
			default:
				panic("unreachable")
			}
		}
	})
}

func selectNonblocking(n int) {
	a, b, c := make(chan int), make(chan int, 1), make(chan int, 1)
	together(cores, func() {
		for i := 0; i < n/cores; i++ {
			select {
			case <-a:
			default:
			}
			select {
			case a <- 0:
			default:
			}
			select {
			case <-b:
			default:
			}
			select {
			case c <- 0:
			default:
			}
		}
	})
}

func toss(n int, a, b chan int) {
	a <- 0
	for i := 0; i < n; i++ {
		select {
		case <-a:
			b <- 0
		case <-b:
			a <- 0
		}
	}
}

func selectUncontended(n int) {
	together(cores, func() { toss(n/cores, make(chan int, 1), make(chan int, 1)) })
}

func selectAsync(n int) {
	a, b := make(chan int, cores), make(chan int, cores)
	together(cores, func() { toss(n/cores, a, b) })
}

func selectSync(n int) {
	a, b, c, done := make(chan int), make(chan int), make(chan int), make(chan int)
	var offers sync.WaitGroup
	for i := 0; i < cores; i++ {
		offers.Add(1)
		go func() {
			defer offers.Done()
			for {
				select {
				case a <- 0:
				case b <- 0:
				case c <- 0:
				case <-done:
					return
				}
			}
		}()
	}
	together(cores, func() {
		for i := 0; i < n/cores; i++ {
			select {
			case <-a:
			case <-b:
			case <-c:
			}
		}
	})
	close(done)
	offers.Wait()
}

func selectProdCons(n int) {
	c, done, never := make(chan int, 128), make(chan int), time.After(time.Hour)
	var wg sync.WaitGroup
	for p := 0; p < cores; p++ {
		wg.Add(2)
		who := 2 * p
		go func() {
			for i := 0; i < n/cores; i++ {
				work(100, who)
				select {
				case c <- 1:
				case <-never:
				case <-done:
				}
			}
			wg.Done()
		}()
		go func() {
			for i := 0; i < n/cores; i++ {
				select {
				case <-c:
				case <-never:
				case <-done:
				}
				work(100, who+1)
			}
			wg.Done()
		}()
	}
	wg.Wait()
}

func spawnAndWait(n int) {
	var wg sync.WaitGroup
	for i := 0; i < n; i++ {
		wg.Add(1)
		go wg.Done()
		wg.Wait()
	}
}

func chain(n int) {
	for round := 0; round < n; round++ {
		var wg sync.WaitGroup
		first := make(chan int)
		right := first
		for i := 0; i < links; i++ {
			left := right
			right = make(chan int)
			wg.Add(1)
			go func(left, right chan int) {
				left <- 1 + <-right
				wg.Done()
			}(left, right)
		}
		right <- 0
		<-first
		wg.Wait()
	}
}

// status returns the sum of these lines of /proc/self/status, in KiB.
func status(names ...string) float64 {
	text, _ := os.ReadFile("/proc/self/status")
	sum := 0
	for _, line := range strings.Split(string(text), "\n") {
		for _, name := range names {
			var kib int
			if _, err := fmt.Sscanf(line, name+": %d kB", &kib); err == nil {
				sum += kib
			}
		}
	}
	return float64(sum)
}

// passThrough starts n goroutines that wait for each other in a row, and sends a
// value through.
func passThrough(c []chan int, n int, which string) {
	var begun, ended sync.WaitGroup
	before := status("VmRSS", "VmPTE")
	start := time.Now()
	begun.Add(n)
	for i := 0; i < n; i++ {
		ended.Add(1)
		go func(left, right chan int) {
			begun.Done()
			left <- 1 + <-right
			ended.Done()
		}(c[i], c[i+1])
	}
	begun.Wait()
	started := time.Since(start)
	kib := status("VmRSS", "VmPTE") - before
	start = time.Now()
	c[n] <- 0
	<-c[0]
	passed := time.Since(start)
	ended.Wait()
	fmt.Printf("blocked-start%s:%d\t%.2f\n", which, n, float64(started)/float64(n))
	fmt.Printf("blocked-hop%s:%d\t%.2f\n", which, n, float64(passed)/float64(n))
	if which == "" {
		fmt.Printf("blocked-kib:%d\t%.3f\n", n, kib/float64(n))
	}
}

func blocked(n int) {
	c := make([]chan int, n+1)
	for i := range c {
		c[i] = make(chan int)
	}
	passThrough(c, n, "")
	passThrough(c, n, "-again")
}

func short(n int) {
	var wg sync.WaitGroup
	before := status("VmRSS", "VmPTE")
	start := time.Now()
	for i := 0; i < n; i++ {
		wg.Add(1)
		go wg.Done()
	}
	wg.Wait()
	took := time.Since(start)
	fmt.Printf("short:%d\t%.2f\n", n, float64(took)/float64(n))
	fmt.Printf("short-mib:%d\t%.2f\n", n, (status("VmHWM", "VmPTE")-before)/1024)
}

var rows = []struct {
	name string
	run  func(n int)
}{
	{"uncontended", uncontended},
	{"contended", contended},
	{"ping-pong", pingPong},
	{"semaphore", semaphore},
	{"creation", creation},
	{"make", makeChan},
	{"nonblocking-receive", nonblockingReceive},
	{"select-uncontended", selectUncontended},
	{"select-sync", selectSync},
	{"select-async", selectAsync},
	{"select-nonblocking", selectNonblocking},
	{"select-closed", selectClosed},
	{"select-prod-cons", selectProdCons},
	{"drain-closed", drainClosed},
	{"spawn-and-wait", spawnAndWait},
	{"chain-1000", chain},
}

// find returns the row of this name: one of those above, or
// prod-cons:PAIRS:CAPACITY, or the same with work.
func find(name string) func(int) {
	for _, row := range rows {
		if row.name == name {
			return row.run
		}
	}
	var pairs, capacity int
	if _, err := fmt.Sscanf(name, "prod-cons:%d:%d", &pairs, &capacity); err == nil {
		return producers(pairs, capacity, 0)
	}
	if _, err := fmt.Sscanf(name, "prod-cons-work:%d:%d", &pairs, &capacity); err == nil {
		return producers(pairs, capacity, 100)
	}
	fmt.Fprintln(os.Stderr, "bench: there is no row", name)
	os.Exit(2)
	return nil
}

func measure(name string, enough float64) {
	run, n := find(name), 128
	if name == "chain-1000" {
		n = 1
	}
	seconds := func() float64 {
		began := time.Now()
		run(n)
		return time.Since(began).Seconds()
	}
	for ; ; n *= 2 {
		first := seconds()
		if first < enough {
			continue
		}
		if took := math.Min(first, seconds()); took >= enough {
			fmt.Printf("%s\t%.2f\n", name, took*1e9/float64(n))
			return
		}
	}
}

func main() {
	if runtime.GOMAXPROCS(0) > cores {
		runtime.GOMAXPROCS(cores)
	}
	enough, err := strconv.ParseFloat(os.Getenv("BENCH_SECONDS"), 64)
	if err != nil {
		enough = 0.1
	}
	if len(os.Args) == 3 && (os.Args[1] == "-b" || os.Args[1] == "-s") {
		n, _ := strconv.Atoi(os.Args[2])
		if os.Args[1] == "-b" {
			blocked(n)
		} else {
			short(n)
		}
		return
	}
	for _, name := range os.Args[1:] {
		measure(name, enough)
	}
}
