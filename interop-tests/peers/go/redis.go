package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

const (
	redisPort      = "6379"
	redisLimit     = 10 * time.Second
	redisPollEvery = 50 * time.Millisecond
	// maxRedisBytes bounds a value: what is exchanged is one multiaddr.
	maxRedisBytes = 64 << 10
)

// redis speaks just enough RESP to exchange one value between two programs.
type redis struct {
	conn   net.Conn
	reader *bufio.Reader
}

func dialRedis(ctx context.Context, addr string) (*redis, error) {
	if !strings.Contains(addr, ":") {
		addr = net.JoinHostPort(addr, redisPort)
	}
	dialer := net.Dialer{Timeout: redisLimit}
	conn, err := dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	return &redis{conn, bufio.NewReader(conn)}, nil
}

func (r *redis) Close() error {
	return r.conn.Close()
}

func (r *redis) set(key, value string) error {
	_, _, err := r.call("SET", key, value)
	return err
}

// await polls until the key has a value.
func (r *redis) await(ctx context.Context, key string) (string, error) {
	for {
		value, found, err := r.call("GET", key)
		if err != nil || found {
			return value, err
		}
		select {
		case <-time.After(redisPollEvery):
		case <-ctx.Done():
			return "", fmt.Errorf("redis: %s stays empty: %w", key, ctx.Err())
		}
	}
}

// call gives the simple or bulk string of the answer; found is false for the nil answer.
func (r *redis) call(words ...string) (value string, found bool, err error) {
	if err := r.conn.SetDeadline(time.Now().Add(redisLimit)); err != nil {
		return "", false, err
	}
	var request strings.Builder
	fmt.Fprintf(&request, "*%d\r\n", len(words))
	for _, word := range words {
		fmt.Fprintf(&request, "$%d\r\n%s\r\n", len(word), word)
	}
	if _, err := io.WriteString(r.conn, request.String()); err != nil {
		return "", false, err
	}
	line, err := r.reader.ReadString('\n')
	if err != nil {
		return "", false, err
	}
	line = strings.TrimRight(line, "\r\n")
	switch {
	case strings.HasPrefix(line, "+"):
		return line[1:], true, nil
	case line == "$-1":
		return "", false, nil
	case strings.HasPrefix(line, "$"):
		size, err := strconv.Atoi(line[1:])
		if err != nil || size < 0 || size > maxRedisBytes {
			return "", false, fmt.Errorf("redis: answer %q", line)
		}
		bulk := make([]byte, size+len("\r\n"))
		_, err = io.ReadFull(r.reader, bulk)
		return string(bulk[:size]), true, err
	}
	return "", false, fmt.Errorf("redis: answer %q", line)
}
