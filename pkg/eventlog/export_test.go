package eventlog

import (
	"context"
	"net"
	"time"
)

// Sizes and limits that tests count with.
const (
	RequestBytes = requestBytes
	LaneBytes    = laneBytes
	LargestBatch = largestBatch
)

// DialWith makes the client open its connections with dial, from now on.
func (c *Client) DialWith(dial func(ctx context.Context, network, addr string) (net.Conn, error)) {
	c.transport.CloseIdleConnections()
	c.transport.Dial = dial
}

// SetPatience sets how long an append is tried again.
func (c *Client) SetPatience(patience time.Duration) {
	c.patience = patience
}

// Assign shares partitions among members, as the balancer of a group does.
var Assign = assign
