package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/peerstore"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-libp2p/p2p/net/swarm"
	"github.com/libp2p/go-libp2p/p2p/protocol/identify"
	"github.com/libp2p/go-libp2p/p2p/protocol/ping"
	ma "github.com/multiformats/go-multiaddr"
)

const (
	commandLimit  = 10 * time.Minute
	dialLimit     = 30 * time.Second
	streamLimit   = 30 * time.Second
	identifyLimit = 10 * time.Second
)

// command is one line of stdin; the fields a command does not use stay empty.
type command struct {
	ID          json.RawMessage `json:"id"`
	Command     string          `json:"command"`
	Addr        string          `json:"addr"`
	Peer        string          `json:"peer"`
	Protocol    string          `json:"protocol"`
	Count       int             `json:"count"`
	Concurrency int             `json:"concurrency"`
	Streams     int             `json:"streams"`
	Bytes       int64           `json:"bytes"`
	Upload      *uint64         `json:"upload"`
	Download    *uint64         `json:"download"`
	Seconds     float64         `json:"seconds"`
}

type results = map[string]any

var commands = map[string]func(*node, context.Context, command) (results, error){
	"connect":    (*node).connect,
	"disconnect": (*node).disconnect,
	"ping":       (*node).ping,
	"identify":   (*node).identify,
	"known":      (*node).known,
	"handle":     (*node).handle,
	"echo":       (*node).echo,
	"streams":    (*node).streams,
	"open":       (*node).open,
	"halfclose":  (*node).halfClose,
	"reset":      (*node).reset,
	"sendreset":  (*node).sendReset,
	"slow":       (*node).slow,
	"perf":       (*node).perf,
	"dials":      (*node).dials,
	"idle":       (*node).openIdle,
	"usage":      func(*node, context.Context, command) (results, error) { return usage() },
}

// pubsubCommands need a module of its own, go-libp2p-pubsub, which this program is not built with.
var pubsubCommands = []string{"subscribe", "unsubscribe", "publish", "received", "pubsub", "verdict", "explicit", "scores",
	"flood", "latency"}

// answer runs one command and gives the object that answers it.
func (n *node) answer(line []byte) results {
	var c command
	if err := json.Unmarshal(line, &c); err != nil {
		return failed(c, err)
	}
	run, known := commands[c.Command]
	if !known && slices.Contains(pubsubCommands, c.Command) {
		return failed(c, errors.New("unsupported: this program has no pubsub"))
	}
	if !known {
		return failed(c, fmt.Errorf("unsupported: unknown command %q", c.Command))
	}
	ctx, cancel := context.WithTimeout(context.Background(), commandLimit)
	defer cancel()
	found, err := run(n, ctx, c)
	if err != nil {
		return failed(c, err)
	}
	answered := results{"id": c.ID, "ok": true}
	maps.Copy(answered, found)
	return answered
}

func failed(c command, err error) results {
	return results{"id": c.ID, "ok": false, "error": err.Error()}
}

// dial connects to the one address given, or keeps the connection there is.
func (n *node) dial(ctx context.Context, addr string) (peer.ID, error) {
	info, err := parseAddr(addr)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, dialLimit)
	defer cancel()
	if n.host.Network().Connectedness(info.ID) != network.Connected {
		// Identify drops addresses of the lifetime that Connect gives them shortly after a connection ended: a dial that
		// follows at once needs a longer one.
		n.host.Peerstore().ClearAddrs(info.ID)
		n.host.Peerstore().AddAddrs(info.ID, info.Addrs, peerstore.PermanentAddrTTL)
		if s, ok := n.host.Network().(*swarm.Swarm); ok {
			s.Backoff().Clear(info.ID)
		}
	}
	return info.ID, n.host.Connect(ctx, *info)
}

func parseAddr(addr string) (*peer.AddrInfo, error) {
	parsed, err := ma.NewMultiaddr(addr)
	if err != nil {
		return nil, err
	}
	return peer.AddrInfoFromP2pAddr(parsed)
}

func (n *node) connect(ctx context.Context, c command) (results, error) {
	id, err := n.dial(ctx, c.Addr)
	if err != nil {
		return nil, err
	}
	conns := n.host.Network().ConnsToPeer(id)
	if len(conns) == 0 {
		return nil, errors.New("the connection was closed at once")
	}
	state := conns[0].ConnState()
	found := results{"peer": id.String(), "transport": state.Transport, "early": state.UsedEarlyMuxerNegotiation}
	if state.Security != "" { // it names neither over QUIC
		found["security"], found["muxer"] = state.Security, state.StreamMultiplexer
	}
	return found, nil
}

func (n *node) disconnect(_ context.Context, c command) (results, error) {
	id, err := peer.Decode(c.Peer)
	if err != nil {
		return nil, err
	}
	return nil, n.host.Network().ClosePeer(id)
}

func (n *node) ping(ctx context.Context, c command) (results, error) {
	id, err := n.dial(ctx, c.Addr)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	trips := make(latencies, 0, c.Count)
	answers := ping.Ping(ctx, n.host, id)
	for len(trips) < c.Count {
		select {
		case answer, more := <-answers:
			if !more {
				return nil, errors.New("the ping stream ended")
			}
			if answer.Error != nil {
				return nil, answer.Error
			}
			trips = append(trips, answer.RTT)
		case <-time.After(streamLimit):
			return nil, fmt.Errorf("no ping answer within %v", streamLimit)
		}
	}
	found := results{}
	trips.addTo(found)
	return found, nil
}

func (n *node) identify(ctx context.Context, c command) (results, error) {
	id, err := n.dial(ctx, c.Addr)
	if err != nil {
		return nil, err
	}
	if err := n.awaitIdentify(ctx, id); err != nil {
		return nil, err
	}
	found, err := n.stored(id)
	if err != nil {
		return nil, err
	}
	found["peer"] = id.String()
	for field, key := range map[string]string{"agentVersion": "AgentVersion", "protocolVersion": "ProtocolVersion"} {
		value, err := n.host.Peerstore().Get(id, key)
		if err != nil {
			return nil, fmt.Errorf("identify brought no %s: %w", field, err)
		}
		found[field] = value
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	found["observedAddr"] = n.observed[id]
	return found, nil
}

// awaitIdentify waits until the answer of a connected peer is stored. The event that brings the observed address follows
// the end of the exchange, hence the short poll.
func (n *node) awaitIdentify(ctx context.Context, id peer.ID) error {
	service, ok := n.host.(interface{ IDService() identify.IDService })
	conns := n.host.Network().ConnsToPeer(id)
	if !ok || len(conns) == 0 {
		return errors.New("no connection to identify")
	}
	ctx, cancel := context.WithTimeout(ctx, identifyLimit)
	defer cancel()
	select {
	case <-service.IDService().IdentifyWait(conns[0]):
	case <-ctx.Done():
		return fmt.Errorf("no identify answer within %v", identifyLimit)
	}
	for {
		n.mu.Lock()
		_, arrived := n.observed[id]
		n.mu.Unlock()
		if arrived {
			return nil
		}
		select {
		case <-time.After(time.Millisecond):
		case <-ctx.Done():
			return errors.New("identify failed")
		}
	}
}

func (n *node) known(_ context.Context, c command) (results, error) {
	id, err := peer.Decode(c.Peer)
	if err != nil {
		return nil, err
	}
	return n.stored(id)
}

// stored is what the peerstore holds of a peer.
func (n *node) stored(id peer.ID) (results, error) {
	protocols, err := n.host.Peerstore().GetProtocols(id)
	if err != nil {
		return nil, err
	}
	addrs := []string{}
	for _, a := range n.host.Peerstore().Addrs(id) {
		addrs = append(addrs, a.String())
	}
	if protocols == nil {
		protocols = []protocol.ID{}
	}
	return results{"protocols": protocols, "listenAddrs": addrs}, nil
}

func (n *node) handle(_ context.Context, c command) (results, error) {
	if c.Protocol == "" {
		return nil, errors.New("protocol is missing")
	}
	n.host.SetStreamHandler(protocol.ID(c.Protocol), serveEcho)
	return nil, nil
}
