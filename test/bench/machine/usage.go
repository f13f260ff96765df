// Package machine is what a benchmark asks of the machine that it runs on: what other processes have used,
// known by their pid or by the address on which they listen; a free address, and whether one answers; what
// its environment says. It needs Linux, and starts and changes nothing.
package machine

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// ErrNone is returned where no process of ours is found to listen on an address.
var ErrNone = errors.New("no process listens there")

// tick is Linux's unit of CPU time (USER_HZ is 100 on every architecture).
const tick = 10 * time.Millisecond

// Usage is what a process has used since it began.
type Usage struct {
	PID  int
	CPU  time.Duration // user and system, of all its threads
	Peak int64         // resident memory at its highest, bytes
}

// Of is what the process of a pid has used.
func Of(pid int) (Usage, error) {
	dir := filepath.Join("/proc", strconv.Itoa(pid))
	stat, err := os.ReadFile(filepath.Join(dir, "stat"))
	if err != nil {
		return Usage{}, err
	}
	_, rest, _ := strings.Cut(string(stat), ") ") // the name before it may hold anything
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return Usage{}, fmt.Errorf("%s/stat has %d fields", dir, len(fields))
	}
	u := Usage{PID: pid}
	for _, field := range fields[11:13] { // utime, stime
		ticks, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return Usage{}, err
		}
		u.CPU += time.Duration(ticks) * tick
	}
	status, err := os.ReadFile(filepath.Join(dir, "status"))
	if err != nil {
		return Usage{}, err
	}
	for line := range strings.Lines(string(status)) {
		if kib, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(kib), "kB")), 10, 64)
			if err != nil {
				return Usage{}, err
			}
			u.Peak = n << 10
		}
	}
	return u, nil
}

// OfListener is what the process has used that listens on an address (host:port) of this machine.
func OfListener(addr string) (Usage, error) {
	_, text, err := net.SplitHostPort(addr)
	if err != nil {
		return Usage{}, err
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return Usage{}, err
	}
	var sockets []string
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		if sockets, err = listening(table, uint16(port), sockets); err != nil {
			return Usage{}, err
		}
	}
	pid, err := holder(sockets)
	if err != nil {
		return Usage{}, fmt.Errorf("%s: %w", addr, err)
	}
	return Of(pid)
}

// listening appends the sockets of a table that listen on a port, as links in /proc/<pid>/fd name them.
func listening(table string, port uint16, sockets []string) ([]string, error) {
	text, err := os.ReadFile(table)
	if errors.Is(err, os.ErrNotExist) {
		return sockets, nil
	}
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) < 10 || fields[3] != "0A" { // LISTEN
			continue
		}
		_, local, _ := strings.Cut(fields[1], ":")
		b, err := hex.DecodeString(local)
		if err == nil && len(b) == 2 && uint16(b[0])<<8|uint16(b[1]) == port {
			sockets = append(sockets, "socket:["+fields[9]+"]")
		}
	}
	return sockets, nil
}

// holder is the process that has one of the sockets open.
func holder(sockets []string) (int, error) {
	links, err := filepath.Glob("/proc/[0-9]*/fd/*")
	if err != nil {
		return 0, err
	}
	for _, link := range links {
		to, err := os.Readlink(link)
		if err != nil { // gone, or not ours to see
			continue
		}
		for _, socket := range sockets {
			if to == socket {
				return strconv.Atoi(strings.Split(link, "/")[2])
			}
		}
	}
	return 0, ErrNone
}
