// Writes the transcripts of the cases in a file, as github.com/flynn/noise makes them.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"

	"github.com/flynn/noise"
)

type frame struct {
	From   string `json:"from"`
	Bytes  int    `json:"bytes"`
	Sealed string `json:"sealed,omitempty"`
	Sha256 string `json:"sealed_sha256,omitempty"`
}

type testCase struct {
	Name          string  `json:"name"`
	Prologue      string  `json:"prologue"`
	InitStatic    string  `json:"init_static"`
	InitEphemeral string  `json:"init_ephemeral"`
	RespStatic    string  `json:"resp_static"`
	RespEphemeral string  `json:"resp_ephemeral"`
	Payload2      string  `json:"payload2"`
	Payload3      string  `json:"payload3"`
	Frames        []frame `json:"frames"`
}

type transcript struct {
	Name     string   `json:"name"`
	Messages []string `json:"messages"`
	Hash     string   `json:"handshake_hash"`
	Frames   []frame  `json:"frames"`
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	check(err)
	return b
}

func side(c testCase, initiator bool, static, ephemeral string) *noise.HandshakeState {
	suite := noise.NewCipherSuite(noise.DH25519, noise.CipherChaChaPoly, noise.HashSHA256)
	// a key pair is made from what the random source gives
	key, err := suite.GenerateKeypair(bytes.NewReader(unhex(static)))
	check(err)
	h, err := noise.NewHandshakeState(noise.Config{
		CipherSuite:   suite,
		Random:        bytes.NewReader(unhex(ephemeral)),
		Pattern:       noise.HandshakeXX,
		Initiator:     initiator,
		Prologue:      unhex(c.Prologue),
		StaticKeypair: key,
	})
	check(err)
	return h
}

func main() {
	in, err := os.ReadFile(os.Args[1])
	check(err)
	var cases []testCase
	check(json.Unmarshal(in, &cases))
	var transcripts []transcript
	for _, c := range cases {
		init := side(c, true, c.InitStatic, c.InitEphemeral)
		resp := side(c, false, c.RespStatic, c.RespEphemeral)
		t := transcript{Name: c.Name}
		var fromInit, fromResp *noise.CipherState
		for i, payload := range []string{"", c.Payload2, c.Payload3} {
			writer, reader := init, resp
			if i == 1 {
				writer, reader = resp, init
			}
			message, a, b, err := writer.WriteMessage(nil, unhex(payload))
			check(err)
			got, _, _, err := reader.ReadMessage(nil, message)
			check(err)
			if !bytes.Equal(got, unhex(payload)) {
				panic("payload")
			}
			t.Messages = append(t.Messages, hex.EncodeToString(message))
			fromInit, fromResp = a, b
		}
		t.Hash = hex.EncodeToString(init.ChannelBinding())
		for _, f := range c.Frames {
			plain := make([]byte, f.Bytes)
			for i := range plain {
				plain[i] = byte(i % 251)
			}
			cipher := fromInit
			if f.From == "responder" {
				cipher = fromResp
			}
			sealed, err := cipher.Encrypt(nil, nil, plain)
			check(err)
			if f.Bytes <= 1000 {
				f.Sealed = hex.EncodeToString(sealed)
			} else {
				sum := sha256.Sum256(sealed)
				f.Sha256 = hex.EncodeToString(sum[:])
			}
			t.Frames = append(t.Frames, f)
		}
		transcripts = append(transcripts, t)
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	check(out.Encode(map[string]any{"generator": "github.com/flynn/noise v1.1.0", "transcripts": transcripts}))
}
