package main

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/protocol"
)

const (
	echoProtocol  protocol.ID = "/echo/1.0.0"
	perfProtocol  protocol.ID = "/perf/1.0.0"
	sinkProtocol  protocol.ID = "/interop/sink/1.0.0"
	slowProtocol  protocol.ID = "/interop/slow/1.0.0"
	resetProtocol protocol.ID = "/interop/reset/1.0.0"

	blockBytes    = 64 << 10
	slowReadBytes = 1024
)

func serveProtocols(h host.Host) {
	h.SetStreamHandler(echoProtocol, serveEcho)
	h.SetStreamHandler(perfProtocol, servePerf)
	h.SetStreamHandler(sinkProtocol, serveSink)
	h.SetStreamHandler(slowProtocol, serveSlow)
	h.SetStreamHandler(resetProtocol, serveReset)
}

func serveEcho(s network.Stream) {
	finish(s, func() error {
		_, err := io.Copy(s, s)
		return err
	})
}

func serveSink(s network.Stream) {
	finish(s, func() error {
		count, err := io.Copy(io.Discard, s)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(s, "%d\n", count)
		return err
	})
}

// servePerf reads how many bytes are wanted and all that is uploaded, and only then sends.
func servePerf(s network.Stream) {
	finish(s, func() error {
		var wanted uint64
		if err := binary.Read(s, binary.BigEndian, &wanted); err != nil {
			return err
		}
		block := make([]byte, blockBytes)
		for {
			if _, err := s.Read(block); err == io.EOF {
				break
			} else if err != nil {
				return err
			}
		}
		clear(block)
		for wanted > 0 {
			sent, err := s.Write(block[:min(wanted, blockBytes)])
			if err != nil {
				return err
			}
			wanted -= uint64(sent)
		}
		return nil
	})
}

// serveSlow leaves the stream open and unread: the connection keeps it until the peer resets it.
func serveSlow(s network.Stream) {
	if _, err := io.ReadFull(s, make([]byte, slowReadBytes)); err != nil {
		s.Reset()
	}
}

func serveReset(s network.Stream) {
	io.ReadFull(s, make([]byte, 1))
	s.Reset()
}

// finish closes the stream when the exchange succeeded and resets it when not.
func finish(s network.Stream, exchange func() error) {
	if err := exchange(); err != nil {
		s.Reset()
		return
	}
	s.Close()
}
