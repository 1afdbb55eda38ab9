package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
)

// endless asks for more than any download lasts; it fits the signed integers of all implementations.
const endless = 1 << 62

// perf first uploads on all streams, then downloads on all, each phase timed by itself. upload and download are bytes per
// stream; with seconds each phase lasts that long and the download ends by resetting its streams.
func (n *node) perf(ctx context.Context, c command) (results, error) {
	id, err := n.dial(ctx, c.Addr)
	if err != nil {
		return nil, err
	}
	duration := time.Duration(c.Seconds * float64(time.Second))
	up := perfPhase{n, ctx, id, max(c.Streams, 1), wantedBytes(c.Upload, duration), duration}
	down := perfPhase{n, ctx, id, max(c.Streams, 1), wantedBytes(c.Download, duration), duration}
	sent, sentTime, err := up.run(upload)
	if err != nil {
		return nil, err
	}
	received, receivedTime, err := down.run(download)
	if err != nil {
		return nil, err
	}
	return results{
		"uploadBytes":     sent,
		"uploadSeconds":   sentTime.Seconds(),
		"downloadBytes":   received,
		"downloadSeconds": receivedTime.Seconds(),
	}, nil
}

func wantedBytes(asked *uint64, duration time.Duration) uint64 {
	if asked != nil && (*asked == 0 || duration == 0) {
		return *asked
	}
	if duration > 0 {
		return endless
	}
	return 0
}

// perfPhase is one direction on a number of streams at once.
type perfPhase struct {
	node     *node
	ctx      context.Context
	peer     peer.ID
	streams  int
	bytes    uint64        // per stream
	duration time.Duration // at most; zero: until all bytes are through
}

// transfer moves bytes over one perf stream until the deadline, if there is one, and gives how many went through.
type transfer func(s network.Stream, bytes uint64, deadline time.Time) (uint64, error)

func (p perfPhase) run(transfer transfer) (uint64, time.Duration, error) {
	if p.bytes == 0 {
		return 0, 0, nil
	}
	begin := time.Now()
	deadline := time.Time{}
	if p.duration > 0 {
		deadline = begin.Add(p.duration)
	}
	var total atomic.Uint64
	err := inParallel(p.streams, p.streams, func(int) error {
		s, err := p.node.host.NewStream(p.ctx, p.peer, perfProtocol)
		if err != nil {
			return err
		}
		stop := resetWhenDone(p.ctx, s)
		defer stop()
		count, err := transfer(s, p.bytes, deadline)
		total.Add(count)
		if err != nil {
			s.Reset()
			return err
		}
		return s.Close()
	})
	return total.Load(), time.Since(begin), err
}

// upload ends when the remote has taken everything, which it shows by closing its side.
func upload(s network.Stream, count uint64, deadline time.Time) (uint64, error) {
	if err := binary.Write(s, binary.BigEndian, uint64(0)); err != nil {
		return 0, err
	}
	block := make([]byte, blockBytes)
	var sent uint64
	for sent < count && (deadline.IsZero() || time.Now().Before(deadline)) {
		written, err := s.Write(block[:min(count-sent, blockBytes)])
		sent += uint64(written)
		if err != nil {
			return sent, err
		}
	}
	if err := s.CloseWrite(); err != nil {
		return sent, err
	}
	if extra, err := io.Copy(io.Discard, s); err != nil {
		return sent, err
	} else if extra != 0 {
		return sent, fmt.Errorf("asked for nothing, got %d bytes", extra)
	}
	return sent, nil
}

func download(s network.Stream, count uint64, deadline time.Time) (uint64, error) {
	if err := binary.Write(s, binary.BigEndian, count); err != nil {
		return 0, err
	}
	if err := s.CloseWrite(); err != nil {
		return 0, err
	}
	if !deadline.IsZero() {
		s.SetReadDeadline(deadline)
	}
	block := make([]byte, blockBytes)
	var received uint64
	for {
		read, err := s.Read(block)
		received += uint64(read)
		switch {
		case err == io.EOF && received == count:
			return received, nil
		case err == io.EOF:
			return received, fmt.Errorf("asked for %d bytes, got %d", count, received)
		case timedOut(err) && !deadline.IsZero():
			return received, s.Reset()
		case err != nil:
			return received, err
		}
	}
}

// perfTrip is one perf exchange of one byte each way on a new stream.
func (n *node) perfTrip(ctx context.Context, id peer.ID) (time.Duration, error) {
	begin := time.Now()
	s, err := n.host.NewStream(ctx, id, perfProtocol)
	if err != nil {
		return 0, err
	}
	defer s.Reset() // of no effect once the exchange is through
	s.SetDeadline(begin.Add(streamLimit))
	request := append(binary.BigEndian.AppendUint64(nil, 1), 0)
	if _, err := s.Write(request); err != nil {
		return 0, err
	}
	if err := s.CloseWrite(); err != nil {
		return 0, err
	}
	answer, err := io.ReadAll(io.LimitReader(s, 2))
	if err == nil && len(answer) != 1 {
		err = fmt.Errorf("asked for 1 byte, got %d", len(answer))
	}
	return time.Since(begin), err
}
