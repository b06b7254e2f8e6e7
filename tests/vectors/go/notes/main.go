// Command notes makes registry/proofs/vectors/notes.json with golang.org/x/mod/sumdb,
// filippo.io/torchwood and github.com/transparency-dev/formats: verifier keys, signed notes,
// cosignatures, policies, tile paths, tiles, and tlog-proofs, as C2SP specifies them.
//
//	cd tests/vectors/go/notes && go run . > ../../../../registry/proofs/vectors/notes.json
//
// The time of the cosignatures is that of the run; everything else is the same every time.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
)

// A key is an Ed25519 key with the name under which it signs.
type key struct {
	Name   string `json:"name"`
	Type   int    `json:"type"`
	Seed   string `json:"seed"`
	Public string `json:"public"`
	KeyID  string `json:"key_id"`
	VKey   string `json:"vkey"`

	signer   note.Signer
	verifier note.Verifier
}

const (
	typeLog     = 1
	typeWitness = 4
)

// newKey derives a key from its name and type, and lets the libraries write its vkey.
func newKey(name string, kind int) key {
	seed := sha256.Sum256([]byte(fmt.Sprintf("comity/notes key %s %d", name, kind)))
	private := ed25519.NewKeyFromSeed(seed[:])
	public := private.Public().(ed25519.PublicKey)
	k := key{Name: name, Type: kind, Seed: hex0x(seed[:]), Public: hex0x(public)}
	if kind == typeLog {
		k.VKey = must(note.NewEd25519VerifierKey(name, public))
		k.verifier = must(note.NewVerifier(k.VKey))
		encoded := base64.StdEncoding.EncodeToString(append([]byte{typeLog}, seed[:]...))
		skey := fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", name, k.verifier.KeyHash(), encoded)
		k.signer = must(note.NewSigner(skey))
	} else {
		witness := must(torchwood.NewCosignatureSigner(name, private))
		k.VKey = witness.Verifier().String()
		k.verifier = must(torchwood.NewCosignatureVerifier(k.VKey))
		k.signer = witness
	}
	k.KeyID = fmt.Sprintf("0x%08x", k.verifier.KeyHash())
	return k
}

// sign is a note with the signatures of the keys in their order.
func sign(text string, keys ...key) string {
	var signers []note.Signer
	for _, k := range keys {
		signers = append(signers, k.signer)
	}
	return string(must(note.Sign(&note.Note{Text: text}, signers...)))
}

// opened is what note.Open says of a message when it knows the keys.
func opened(message string, keys ...key) (outcome string, signed []string) {
	var verifiers []note.Verifier
	for _, k := range keys {
		verifiers = append(verifiers, k.verifier)
	}
	n, err := note.Open([]byte(message), note.VerifierList(verifiers...))
	var unverified *note.UnverifiedNoteError
	var invalid *note.InvalidSignatureError
	signed = []string{}
	switch {
	case errors.As(err, &unverified):
		return "not signed by a known key", signed
	case errors.As(err, &invalid):
		return "invalid signature", signed
	case err != nil:
		return "malformed", signed
	}
	for _, s := range n.Sigs {
		signed = append(signed, s.Name)
	}
	return "signed", signed
}

// entry is the entry with the given index: 128 bytes.
func entry(index int) []byte {
	var out []byte
	for part := range 4 {
		input := binary.BigEndian.AppendUint64([]byte("comity/notes entry "), uint64(index))
		sum := sha256.Sum256(append(input, byte(part)))
		out = append(out, sum[:]...)
	}
	return out
}

func hex0x(data []byte) string { return "0x" + hex.EncodeToString(data) }

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

type object map[string]any

func main() {
	origin := "comity/" + strings.Repeat("5a", 32)
	keys := []key{
		newKey("example.com/log", typeLog),
		newKey(origin, typeLog),
		newKey("登记处.example/日志", typeLog),
		newKey("example.com/log", typeWitness),
		newKey("comity/"+strings.Repeat("a1", 32)+"/witness", typeWitness),
		newKey("comity/"+strings.Repeat("b2", 32)+"/witness", typeWitness),
		newKey("comity/"+strings.Repeat("c3", 32)+"/witness", typeWitness),
		newKey("見證.example/ß-1", typeWitness),
	}
	vectors := object{
		"about": "Verifier keys, signed notes, cosignatures, policies, tile paths, tiles and tlog-proofs, as C2SP specifies them.",
		"made": object{
			"by": []string{
				"Go golang.org/x/mod/sumdb/note and tlog v0.42.0",
				"Go filippo.io/torchwood v0.8.0",
				"Go github.com/transparency-dev/formats v0.1.1",
			},
			"script":  "tests/vectors/go/notes",
			"command": "cd tests/vectors/go/notes && go run . > ../../../../registry/proofs/vectors/notes.json",
		},
		"entries": "entry i is SHA-256(\"comity/notes entry \" as ASCII, i as 8 bytes big-endian, one byte j) for j = 0 to 3, one after the other",
		"keys":    keys,
		"notes":   notes(keys),
		"refused": refused(keys),
	}
	tree := newLog(600)
	vectors["cosigned"] = cosigned(tree, keys)
	vectors["policies"] = policies(tree, keys)
	vectors["tile_paths"], vectors["tile_paths_refused"] = tilePaths()
	vectors["tiles"] = tree.tiles(1, 255, 256, 257, 600)
	vectors["proofs"] = tree.proofs(keys[1], keys[4:6])

	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(vectors); err != nil {
		log.Fatal(err)
	}
	os.Stdout.Write(out.Bytes())
}
