// Command peer is go-libp2p behind the contract of interop-tests/peers/README.md.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// maxCommandBytes bounds one line of stdin.
const maxCommandBytes = 1 << 20

// options is the command line.
type options struct {
	listen     []string
	security   []string
	earlyMuxer bool
	keyType    string
	protocols  []string
}

func main() {
	var err error
	if os.Getenv("IS_DIALER") != "" {
		err = runUnified(context.Background(), os.Stdout)
	} else {
		err = runPeer(os.Args[1:], os.Stdin, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "peer:", err)
		os.Exit(1)
	}
}

func runPeer(args []string, in io.Reader, out io.Writer) error {
	opts, err := parseOptions(args)
	if err != nil {
		return err
	}
	n, err := startNode(opts)
	if err != nil {
		return err
	}
	defer n.host.Close()

	answers := json.NewEncoder(out)
	answers.SetEscapeHTML(false)
	if err := answers.Encode(map[string]any{"peer": n.host.ID().String(), "addrs": n.addrs()}); err != nil {
		return err
	}

	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM, syscall.SIGINT)
	served := make(chan error, 1)
	go func() { served <- serveCommands(n, in, answers) }()
	select {
	case <-terminated:
		return nil
	case err := <-served:
		return err
	}
}

// serveCommands answers the lines of in one after another until in ends.
func serveCommands(n *node, in io.Reader, answers *json.Encoder) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 64<<10), maxCommandBytes)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" {
			continue
		}
		if err := answers.Encode(n.answer([]byte(line))); err != nil {
			return err
		}
	}
	return lines.Err()
}

func parseOptions(args []string) (options, error) {
	var opts options
	flags := flag.NewFlagSet("peer", flag.ContinueOnError)
	flags.Func("listen", "multiaddr to listen on, may be repeated", func(addr string) error {
		opts.listen = append(opts.listen, addr)
		return nil
	})
	security := flags.String("security", "noise,tls", "what is offered, best first")
	earlyMuxer := flags.String("early-muxer", "on", "on or off")
	flags.StringVar(&opts.keyType, "key-type", "ed25519", "ed25519, secp256k1, ecdsa or rsa")
	protocols := flags.String("protocols", "", "further protocol ids that are served with an echo")
	for _, name := range []string{"", "-signing", "-id", "-heartbeat", "-mesh", "-max-bytes", "-px", "-flood", "-scores"} {
		flags.String("pubsub"+name, "", "without effect: this program has no pubsub")
	}
	if err := flags.Parse(args); err != nil {
		return opts, err
	}
	// `--listen A B`: what follows an address without a flag is an address too.
	for rest := flags.Args(); len(rest) > 0; rest = flags.Args() {
		if !strings.HasPrefix(rest[0], "/") {
			return opts, fmt.Errorf("unexpected argument %q", rest[0])
		}
		opts.listen = append(opts.listen, rest[0])
		if err := flags.Parse(rest[1:]); err != nil {
			return opts, err
		}
	}
	switch *earlyMuxer {
	case "on":
		opts.earlyMuxer = true
	case "off":
	default:
		return opts, fmt.Errorf("--early-muxer %q: on or off", *earlyMuxer)
	}
	opts.security = splitList(*security)
	opts.protocols = splitList(*protocols)
	return opts, nil
}

func splitList(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' })
}
