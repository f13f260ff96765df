package stand

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strconv"
)

// ListenKafka begins to stand before the one broker of a cluster, which calls itself 127.0.0.1 or localhost. Clients go
// where a broker says that it is, so that its port in the answers is made the proxy's; the hosts are as long as they were.
func ListenKafka(broker string) (*Proxy, error) {
	p, err := newProxy(broker)
	if err != nil {
		return nil, err
	}
	theirs, err := placeOf(broker)
	if err != nil {
		return nil, err
	}
	ours, err := placeOf(p.Addr())
	if err != nil {
		return nil, err
	}
	p.change = func(answer []byte) []byte {
		answer = bytes.ReplaceAll(answer, append([]byte("localhost"), theirs[len("localhost"):]...), ours)
		return bytes.ReplaceAll(answer, theirs, ours)
	}
	p.serving.Go(p.accept)
	return p, nil
}

// placeOf is how Kafka's protocol writes an address of this machine.
func placeOf(addr string) ([]byte, error) {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", addr, err)
	}
	return binary.BigEndian.AppendUint32([]byte("127.0.0.1"), uint32(n)), nil
}

// readFrame reads a message of Kafka's protocol, with its length before it.
func readFrame(from io.Reader) ([]byte, error) {
	frame := make([]byte, 4)
	if _, err := io.ReadFull(from, frame); err != nil {
		return nil, err
	}
	frame = append(frame, make([]byte, binary.BigEndian.Uint32(frame))...)
	_, err := io.ReadFull(from, frame[4:])
	return frame, err
}
