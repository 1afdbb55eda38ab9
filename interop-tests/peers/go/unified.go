package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/protocol/ping"
	ma "github.com/multiformats/go-multiaddr"
)

// The roles of libp2p/unified-testing: environment variables and Redis in, YAML on stdout, logs on stderr, and the exit code
// decides.

const (
	defaultTransferBytes              = 1 << 30
	defaultTransferIterations         = 10
	defaultLatencyIterations          = 100
	listenerAddrLimit                 = 2 * time.Minute
	bitsPerByte                       = 8
	gigabit                           = 1e9
	throughputDecimals                = 2
	latencyDecimals                   = 3
	millisPerSecond           float64 = 1000
)

// unified is one run of a role.
type unified struct {
	node  *node
	redis *redis
	key   string
	debug bool
}

func runUnified(ctx context.Context, out io.Writer) error {
	isDialer, err := strconv.ParseBool(os.Getenv("IS_DIALER"))
	if err != nil {
		return fmt.Errorf("IS_DIALER: %w", err)
	}
	opts := options{earlyMuxer: true, keyType: "ed25519"}
	socket := "/tcp/0"
	switch transport := os.Getenv("TRANSPORT"); transport {
	case "tcp":
		if muxer := os.Getenv("MUXER"); muxer != "yamux" {
			return fmt.Errorf("unsupported: MUXER %q", muxer)
		}
		opts.security = []string{os.Getenv("SECURE_CHANNEL")}
	case "quic-v1": // brings both of them
		socket = "/udp/0/quic-v1"
	default:
		return fmt.Errorf("unsupported: TRANSPORT %q", transport)
	}
	if !isDialer {
		listenerIP := os.Getenv("LISTENER_IP")
		if listenerIP == "" {
			listenerIP = "0.0.0.0"
		}
		opts.listen = []string{"/ip4/" + listenerIP + socket}
	}
	n, err := startNode(opts)
	if err != nil {
		return err
	}
	defer n.host.Close()
	store, err := dialRedis(ctx, os.Getenv("REDIS_ADDR"))
	if err != nil {
		return err
	}
	defer store.Close()

	debug, _ := strconv.ParseBool(os.Getenv("DEBUG")) // what is no boolean is false
	u := unified{n, store, os.Getenv("TEST_KEY") + "_listener_multiaddr", debug}
	if !isDialer {
		return u.listen()
	}
	id, addr, err := u.listener(ctx)
	if err != nil {
		return err
	}
	if os.Getenv("UPLOAD_BYTES") != "" || os.Getenv("UPLOAD_ITERATIONS") != "" {
		return u.measureThroughput(ctx, out, id, addr)
	}
	return u.measureLatency(ctx, out, id, addr)
}

// listen publishes the address and serves until it is told to end.
func (u *unified) listen() error {
	addr, err := u.publicAddr()
	if err != nil {
		return err
	}
	if err := u.redis.set(u.key, addr); err != nil {
		return err
	}
	u.log("listening on", addr)
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM, syscall.SIGINT)
	<-terminated
	return nil
}

// publicAddr is the first listen address that other machines reach, or any when there is only loopback.
func (u *unified) publicAddr() (string, error) {
	addrs := u.node.addrs()
	if len(addrs) == 0 {
		return "", errors.New("no listen address")
	}
	for i, addr := range u.node.host.Addrs() {
		ip, err := addr.ValueForProtocol(ma.P_IP4)
		if err == nil && !net.ParseIP(ip).IsLoopback() {
			return addrs[i], nil
		}
	}
	return addrs[0], nil
}

func (u *unified) listener(ctx context.Context) (peer.ID, string, error) {
	ctx, cancel := context.WithTimeout(ctx, listenerAddrLimit)
	defer cancel()
	addr, err := u.redis.await(ctx, u.key)
	if err != nil {
		return "", "", err
	}
	u.log("the listener is", addr)
	info, err := parseAddr(addr)
	if err != nil {
		return "", "", err
	}
	return info.ID, addr, nil
}

// measureLatency is the transport contract: the handshake with the first ping, and one more ping.
func (u *unified) measureLatency(ctx context.Context, out io.Writer, id peer.ID, addr string) error {
	begin := time.Now()
	if _, err := u.node.dial(ctx, addr); err != nil {
		return err
	}
	if _, err := u.ping(ctx, id); err != nil {
		return err
	}
	handshake := time.Since(begin)
	roundTrip, err := u.ping(ctx, id)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "latency:\n  handshake_plus_one_rtt: %.*f\n  ping_rtt: %.*f\n  unit: ms\n",
		latencyDecimals, millis(handshake), latencyDecimals, millis(roundTrip))
	return err
}

// ping is one ping on a stream of its own: over QUIC rust-libp2p answers no second one on a stream.
func (u *unified) ping(ctx context.Context, id peer.ID) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, streamLimit)
	defer cancel()
	result, more := <-ping.Ping(ctx, u.node.host, id)
	if !more {
		return 0, errors.New("the ping stream ended")
	}
	return result.RTT, result.Error
}

// measureThroughput is the perf contract.
func (u *unified) measureThroughput(ctx context.Context, out io.Writer, id peer.ID, addr string) error {
	if _, err := u.node.dial(ctx, addr); err != nil {
		return err
	}
	duration := time.Duration(number("DURATION", 0)) * time.Second
	for _, direction := range []struct {
		name, bytes, iterations string
		transfer                transfer
	}{
		{"upload", "UPLOAD_BYTES", "UPLOAD_ITERATIONS", upload},
		{"download", "DOWNLOAD_BYTES", "DOWNLOAD_ITERATIONS", download},
	} {
		phase := perfPhase{u.node, ctx, id, 1, number(direction.bytes, defaultTransferBytes), duration}
		samples, err := repeat(number(direction.iterations, defaultTransferIterations), func() (float64, error) {
			count, elapsed, err := phase.run(direction.transfer)
			u.log(direction.name, count, "bytes in", elapsed)
			return float64(count) * bitsPerByte / gigabit / elapsed.Seconds(), err
		})
		if err != nil {
			return fmt.Errorf("%s: %w", direction.name, err)
		}
		if err := samples.write(out, direction.name, "Gbps", throughputDecimals); err != nil {
			return err
		}
	}
	samples, err := repeat(number("LATENCY_ITERATIONS", defaultLatencyIterations), func() (float64, error) {
		elapsed, err := u.node.perfTrip(ctx, id)
		return millis(elapsed), err
	})
	if err != nil {
		return fmt.Errorf("latency: %w", err)
	}
	return samples.write(out, "latency", "ms", latencyDecimals)
}

func repeat(iterations uint64, measure func() (float64, error)) (quartiles, error) {
	var samples quartiles
	for range iterations {
		sample, err := measure()
		if err != nil {
			return nil, err
		}
		samples = append(samples, sample)
	}
	return samples, nil
}

// number reads a variable; the runner writes "null" for one that is not chosen.
func number(name string, fallback uint64) uint64 {
	value, err := strconv.ParseUint(os.Getenv(name), 10, 63)
	if err != nil {
		return fallback
	}
	return value
}

func millis(d time.Duration) float64 {
	return d.Seconds() * millisPerSecond
}

func (u *unified) log(values ...any) {
	if u.debug {
		fmt.Fprintln(os.Stderr, values...)
	}
}
