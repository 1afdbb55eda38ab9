package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/multiformats/go-multistream"
)

const (
	roundTripBytes = 32
	slowLimit      = 3 * time.Second
	slowWriteBytes = 16 << 10
)

func (n *node) echo(ctx context.Context, c command) (results, error) {
	s, err := n.newStream(ctx, c.Addr, echoProtocol)
	if err != nil {
		return nil, err
	}
	stop := resetWhenDone(ctx, s)
	defer stop()

	sent, received := sha256.New(), sha256.New()
	written := make(chan error, 1)
	go func() {
		_, err := io.Copy(io.MultiWriter(s, sent), pseudoRandom(c.Bytes))
		written <- errors.Join(err, s.CloseWrite())
	}()
	count, err := io.Copy(received, s)
	if err == nil {
		err = <-written
	}
	if err != nil {
		s.Reset()
		return nil, err
	}
	return results{
		"bytes":          count,
		"sha256Sent":     hex.EncodeToString(sent.Sum(nil)),
		"sha256Received": hex.EncodeToString(received.Sum(nil)),
	}, s.Close()
}

func (n *node) streams(ctx context.Context, c command) (results, error) {
	id, err := n.dial(ctx, c.Addr)
	if err != nil {
		return nil, err
	}
	trips := make(latencies, c.Count)
	begin := time.Now()
	err = inParallel(c.Count, c.Concurrency, func(i int) error {
		start := time.Now()
		err := n.roundTrip(ctx, id)
		trips[i] = time.Since(start)
		return err
	})
	if err != nil {
		return nil, err
	}
	found := results{}
	trips.addRateTo(found, time.Since(begin))
	return found, nil
}

// roundTrip is one short echo: what streams and dials measure.
func (n *node) roundTrip(ctx context.Context, id peer.ID) error {
	s, err := n.host.NewStream(ctx, id, echoProtocol)
	if err != nil {
		return err
	}
	err = func() error {
		if err := s.SetDeadline(time.Now().Add(streamLimit)); err != nil {
			return err
		}
		var payload, answer [roundTripBytes]byte
		fillPseudoRandom(payload[:])
		if _, err := s.Write(payload[:]); err != nil {
			return err
		}
		if _, err := io.ReadFull(s, answer[:]); err != nil {
			return err
		}
		if answer != payload {
			return errors.New("the echo differs from what was sent")
		}
		return nil
	}()
	if err != nil {
		s.Reset()
		return err
	}
	return s.Close()
}

// open holds as many streams as the remote takes; failure tells why there are not more. The protocol is negotiated to its
// end before the byte is sent, so that only accepted streams count.
func (n *node) open(ctx context.Context, c command) (results, error) {
	id, err := n.dial(ctx, c.Addr)
	if err != nil {
		return nil, err
	}
	for opened := range c.Streams {
		s, err := n.openOne(ctx, id, protocol.ID(c.Protocol))
		if err != nil {
			return results{"opened": opened, "failure": err.Error()}, nil
		}
		n.held = append(n.held, s)
	}
	return results{"opened": c.Streams}, nil
}

func (n *node) openOne(ctx context.Context, id peer.ID, p protocol.ID) (network.Stream, error) {
	s, err := n.host.Network().NewStream(ctx, id)
	if err != nil {
		return nil, err
	}
	s.SetDeadline(time.Now().Add(streamLimit))
	if _, err := multistream.SelectOneOf([]protocol.ID{p}, s); err != nil {
		s.Reset()
		return nil, err
	}
	if err := s.SetProtocol(p); err != nil {
		s.Reset()
		return nil, err
	}
	if _, err := s.Write([]byte{1}); err != nil {
		s.Reset()
		return nil, err
	}
	return s, s.SetDeadline(time.Time{})
}

func (n *node) halfClose(ctx context.Context, c command) (results, error) {
	s, err := n.newStream(ctx, c.Addr, sinkProtocol)
	if err != nil {
		return nil, err
	}
	stop := resetWhenDone(ctx, s)
	defer stop()
	if _, err := io.Copy(s, pseudoRandom(c.Bytes)); err != nil {
		s.Reset()
		return nil, err
	}
	if err := s.CloseWrite(); err != nil {
		s.Reset()
		return nil, err
	}
	s.SetReadDeadline(time.Now().Add(streamLimit))
	answer, err := io.ReadAll(io.LimitReader(s, 64))
	if err != nil {
		s.Reset()
		return nil, err
	}
	return results{"answer": strings.TrimSpace(string(answer))}, s.Close()
}

func (n *node) reset(ctx context.Context, c command) (results, error) {
	s, err := n.newStream(ctx, c.Addr, resetProtocol)
	if err != nil {
		return nil, err
	}
	defer s.Reset()
	s.SetDeadline(time.Now().Add(streamLimit))
	if _, err := s.Write([]byte{1}); err != nil {
		return nil, err
	}
	_, err = io.Copy(io.Discard, s)
	found := results{"reset": errors.Is(err, network.ErrReset)}
	if err != nil && !errors.Is(err, network.ErrReset) {
		return nil, err
	}
	if code := new(network.StreamError); errors.As(err, &code) && code.Remote {
		found["code"] = code.ErrorCode
	}
	return found, nil
}

func (n *node) sendReset(ctx context.Context, c command) (results, error) {
	s, err := n.newStream(ctx, c.Addr, echoProtocol)
	if err != nil {
		return nil, err
	}
	if _, err = io.Copy(s, pseudoRandom(1024)); err == nil {
		_, err = io.ReadFull(s, make([]byte, 1))
	}
	return nil, errors.Join(err, s.Reset())
}

func (n *node) slow(ctx context.Context, c command) (results, error) {
	s, err := n.newStream(ctx, c.Addr, slowProtocol)
	if err != nil {
		return nil, err
	}
	defer s.Reset()
	s.SetWriteDeadline(time.Now().Add(slowLimit))
	var written int64
	block := make([]byte, slowWriteBytes)
	for written < c.Bytes {
		count, err := s.Write(block[:min(c.Bytes-written, slowWriteBytes)])
		written += int64(count)
		if timedOut(err) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("after %d bytes: %w", written, err)
		}
	}
	return results{"written": written}, nil
}

// dials measures connect, one short echo and the end of the connection, one after another.
func (n *node) dials(ctx context.Context, c command) (results, error) {
	info, err := parseAddr(c.Addr)
	if err != nil {
		return nil, err
	}
	if err := n.host.Network().ClosePeer(info.ID); err != nil {
		return nil, err
	}
	trips := make(latencies, 0, c.Count)
	begin := time.Now()
	for range c.Count {
		start := time.Now()
		id, err := n.dial(ctx, c.Addr)
		if err != nil {
			return nil, err
		}
		if err := n.roundTrip(ctx, id); err != nil {
			return nil, err
		}
		if err := n.host.Network().ClosePeer(id); err != nil {
			return nil, err
		}
		trips = append(trips, time.Since(start))
	}
	found := results{}
	trips.addRateTo(found, time.Since(begin))
	return found, nil
}

func (n *node) newStream(ctx context.Context, addr string, p protocol.ID) (network.Stream, error) {
	id, err := n.dial(ctx, addr)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, streamLimit)
	defer cancel()
	return n.host.NewStream(ctx, id, p)
}

// timedOut tells a passed deadline: Yamux has its own error for it, which is a net.Error.
func timedOut(err error) bool {
	var failure net.Error
	return errors.As(err, &failure) && failure.Timeout()
}

// resetWhenDone ends a stream whose exchange outlasts the command.
func resetWhenDone(ctx context.Context, s network.Stream) func() bool {
	return context.AfterFunc(ctx, func() { s.Reset() })
}

// inParallel calls each for 0 to count-1 on so many goroutines and gives the first failure.
func inParallel(count, concurrency int, each func(int) error) error {
	var next atomic.Int64
	var failure error
	var once sync.Once
	var workers sync.WaitGroup
	for range max(concurrency, 1) {
		workers.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= count {
					return
				}
				if err := each(i); err != nil {
					once.Do(func() { failure = err })
					next.Store(int64(count))
				}
			}
		})
	}
	workers.Wait()
	return failure
}

// pseudoRandom is the same sequence every time.
func pseudoRandom(count int64) io.Reader {
	return io.LimitReader(rand.NewChaCha8([32]byte{1}), count)
}

func fillPseudoRandom(block []byte) {
	for i := range block {
		block[i] = byte(rand.Uint32())
	}
}
