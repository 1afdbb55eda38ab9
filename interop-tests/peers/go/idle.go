package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"io"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-libp2p/core/sec"
	"github.com/libp2p/go-libp2p/core/transport"
	"github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	"github.com/libp2p/go-libp2p/p2p/net/upgrader"
	"github.com/libp2p/go-libp2p/p2p/protocol/identify"
	"github.com/libp2p/go-libp2p/p2p/protocol/identify/pb"
	"github.com/libp2p/go-libp2p/p2p/protocol/ping"
	"github.com/libp2p/go-libp2p/p2p/security/noise"
	libp2ptls "github.com/libp2p/go-libp2p/p2p/security/tls"
	libp2pquic "github.com/libp2p/go-libp2p/p2p/transport/quic"
	"github.com/libp2p/go-libp2p/p2p/transport/quicreuse"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
	ma "github.com/multiformats/go-multiaddr"
	"github.com/multiformats/go-multistream"
	"github.com/quic-go/quic-go"
	"google.golang.org/protobuf/proto"
)

const idleDialsAtOnce = 8

// openIdle keeps connections of as many identities. A host for each would cost this process about a megabyte a piece, so
// each is a bare transport connection that answers identify and ping and nothing else.
func (n *node) openIdle(ctx context.Context, c command) (results, error) {
	info, err := parseAddr(c.Addr)
	if err != nil {
		return nil, err
	}
	if n.sockets == nil {
		if n.sockets, err = quicreuse.NewConnManager(quic.StatelessResetKey{}, quic.TokenGeneratorKey{}); err != nil {
			return nil, err
		}
	}
	opened := make([]transport.CapableConn, c.Count)
	err = inParallel(c.Count, idleDialsAtOnce, func(i int) error {
		conn, err := n.dialBare(ctx, info.Addrs[0], info.ID)
		opened[i] = conn
		return err
	})
	count := 0
	for _, conn := range opened {
		if conn != nil {
			n.idle = append(n.idle, conn)
			count++
		}
	}
	kept := 0
	for _, conn := range n.idle {
		if !conn.IsClosed() {
			kept++
		}
	}
	found := results{"opened": count, "kept": kept}
	if err != nil {
		found["failure"] = err.Error()
	}
	return found, nil
}

func (n *node) dialBare(ctx context.Context, addr ma.Multiaddr, id peer.ID) (transport.CapableConn, error) {
	key, _, err := crypto.GenerateEd25519Key(rand.Reader)
	if err != nil {
		return nil, err
	}
	dialer, err := n.bareTransport(key, addr)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, dialLimit)
	defer cancel()
	conn, err := dialer.Dial(ctx, addr, id)
	if err != nil {
		return nil, err
	}
	publicKey, err := crypto.MarshalPublicKey(key.GetPublic())
	if err != nil {
		conn.Close()
		return nil, err
	}
	go serveBare(conn, publicKey)
	return conn, nil
}

func (n *node) bareTransport(key crypto.PrivKey, addr ma.Multiaddr) (transport.Transport, error) {
	unlimited := &network.NullResourceManager{}
	if _, err := addr.ValueForProtocol(ma.P_QUIC_V1); err == nil {
		return libp2pquic.NewTransport(key, n.sockets, nil, nil, unlimited)
	}
	muxers := []upgrader.StreamMuxer{{ID: yamux.ID, Muxer: yamux.DefaultTransport}}
	var channels []sec.SecureTransport
	for _, name := range n.opts.security {
		var channel sec.SecureTransport
		var err error
		if name == "tls" {
			channel, err = libp2ptls.New(libp2ptls.ID, key, offered(muxers, n.opts.earlyMuxer))
		} else {
			channel, err = noise.New(noise.ID, key, offered(muxers, n.opts.earlyMuxer))
		}
		if err != nil {
			return nil, err
		}
		channels = append(channels, channel)
	}
	up, err := upgrader.New(channels, muxers, nil, unlimited, nil)
	if err != nil {
		return nil, err
	}
	return tcp.NewTCPTransport(up, unlimited, nil, tcp.DisableReuseport())
}

func serveBare(conn transport.CapableConn, publicKey []byte) {
	for {
		s, err := conn.AcceptStream()
		if err != nil {
			return
		}
		go func() {
			if err := serveBareStream(s, publicKey, conn.RemoteMultiaddr()); err != nil {
				s.Reset()
				return
			}
			s.Close()
		}()
	}
}

func serveBareStream(s network.MuxedStream, publicKey []byte, observed ma.Multiaddr) error {
	protocols := multistream.NewMultistreamMuxer[protocol.ID]()
	protocols.AddHandler(identify.ID, nil)
	protocols.AddHandler(ping.ID, nil)
	selected, _, err := protocols.Negotiate(s)
	if err != nil {
		return err
	}
	if selected == ping.ID {
		block := make([]byte, ping.PingSize)
		for {
			if _, err := io.ReadFull(s, block); err != nil {
				return err
			}
			if _, err := s.Write(block); err != nil {
				return err
			}
		}
	}
	agent, version := agentVersion, ""
	message, err := proto.Marshal(&pb.Identify{
		PublicKey:       publicKey,
		Protocols:       []string{identify.ID, ping.ID},
		AgentVersion:    &agent,
		ProtocolVersion: &version,
		ObservedAddr:    observed.Bytes(),
	})
	if err != nil {
		return err
	}
	_, err = s.Write(append(binary.AppendUvarint(nil, uint64(len(message))), message...))
	return err
}
