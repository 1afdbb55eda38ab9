package main

import (
	"crypto/rand"
	"fmt"
	"sync"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/connmgr"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/event"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-libp2p/core/transport"
	"github.com/libp2p/go-libp2p/p2p/host/eventbus"
	"github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	"github.com/libp2p/go-libp2p/p2p/net/upgrader"
	"github.com/libp2p/go-libp2p/p2p/security/noise"
	libp2ptls "github.com/libp2p/go-libp2p/p2p/security/tls"
	libp2pquic "github.com/libp2p/go-libp2p/p2p/transport/quic"
	"github.com/libp2p/go-libp2p/p2p/transport/quicreuse"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
)

const agentVersion = "go-libp2p/0.51.0 ethpeerflow-interop"

// node is a host with what the commands keep between them.
type node struct {
	host host.Host
	opts options

	mu       sync.Mutex
	observed map[peer.ID]string // our address as each peer last reported it
	held     []network.Stream
	idle     []transport.CapableConn
	sockets  *quicreuse.ConnManager // of the idle connections over QUIC; nil before the first
}

func startNode(opts options) (*node, error) {
	key, err := generateKey(opts.keyType)
	if err != nil {
		return nil, err
	}
	config := []libp2p.Option{
		libp2p.Identity(key),
		libp2p.UserAgent(agentVersion),
		libp2p.Transport(tcp.NewTCPTransport),
		libp2p.Transport(libp2pquic.NewTransport),
		libp2p.Muxer(yamux.ID, yamux.DefaultTransport),
		libp2p.ResourceManager(&network.NullResourceManager{}),
		libp2p.ConnectionManager(connmgr.NullConnMgr{}),
		libp2p.DisableRelay(),
		libp2p.DisableMetrics(),
		libp2p.DisableIdentifyAddressDiscovery(),
	}
	for _, name := range opts.security {
		option, err := securityOption(name, opts.earlyMuxer)
		if err != nil {
			return nil, err
		}
		config = append(config, option)
	}
	if len(opts.listen) == 0 {
		config = append(config, libp2p.NoListenAddrs)
	} else {
		config = append(config, libp2p.ListenAddrStrings(opts.listen...))
	}
	h, err := libp2p.New(config...)
	if err != nil {
		return nil, err
	}
	n := &node{host: h, opts: opts, observed: make(map[peer.ID]string)}
	if err := n.rememberObservedAddresses(); err != nil {
		h.Close()
		return nil, err
	}
	serveProtocols(h)
	for _, id := range opts.protocols {
		h.SetStreamHandler(protocol.ID(id), serveEcho)
	}
	return n, nil
}

// securityOption names one secure channel. Without early muxer negotiation the channel is told of no muxers, so that it
// offers none in its handshake and the upgrader falls back to multistream-select.
func securityOption(name string, earlyMuxer bool) (libp2p.Option, error) {
	type muxers = []upgrader.StreamMuxer
	switch name {
	case "noise":
		return libp2p.Security(noise.ID, func(id protocol.ID, key crypto.PrivKey, m muxers) (*noise.Transport, error) {
			return noise.New(id, key, offered(m, earlyMuxer))
		}), nil
	case "tls":
		return libp2p.Security(libp2ptls.ID, func(id protocol.ID, key crypto.PrivKey, m muxers) (*libp2ptls.Transport, error) {
			return libp2ptls.New(id, key, offered(m, earlyMuxer))
		}), nil
	}
	return nil, fmt.Errorf("--security %q: noise or tls", name)
}

func offered(muxers []upgrader.StreamMuxer, earlyMuxer bool) []upgrader.StreamMuxer {
	if earlyMuxer {
		return muxers
	}
	return nil
}

func generateKey(keyType string) (crypto.PrivKey, error) {
	var key crypto.PrivKey
	var err error
	switch keyType {
	case "ed25519":
		key, _, err = crypto.GenerateEd25519Key(rand.Reader)
	case "secp256k1":
		key, _, err = crypto.GenerateSecp256k1Key(rand.Reader)
	case "ecdsa":
		key, _, err = crypto.GenerateECDSAKeyPair(rand.Reader)
	case "rsa":
		key, _, err = crypto.GenerateRSAKeyPair(2048, rand.Reader)
	default:
		err = fmt.Errorf("--key-type %q: ed25519, secp256k1, ecdsa or rsa", keyType)
	}
	return key, err
}

// addrs lists the listen addresses, each ending in /p2p/ID.
func (n *node) addrs() []string {
	addrs := []string{}
	for _, a := range n.host.Addrs() {
		addrs = append(addrs, a.String()+"/p2p/"+n.host.ID().String())
	}
	return addrs
}

func (n *node) rememberObservedAddresses() error {
	sub, err := n.host.EventBus().Subscribe(new(event.EvtPeerIdentificationCompleted), eventbus.BufSize(1024))
	if err != nil {
		return err
	}
	go func() {
		for e := range sub.Out() {
			identified := e.(event.EvtPeerIdentificationCompleted)
			observed := ""
			if identified.ObservedAddr != nil {
				observed = identified.ObservedAddr.String()
			}
			n.mu.Lock()
			n.observed[identified.Peer] = observed
			n.mu.Unlock()
		}
	}()
	return nil
}
