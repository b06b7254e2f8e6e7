// Command tree prints vectors of RFC 9162 trees made by Go's own transparency log package.
//
// Entry i is 128 bytes: four times SHA-256 of the decimal "i/j", j = 0 to 3.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log"
	"os"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	largest = 5000 // entries in the tree
	every   = 18   // all proofs are given up to this size
)

// Sizes around powers of two and elsewhere, for a sample of larger proofs.
var sizes = []int64{63, 64, 65, 100, 255, 256, 257, 1000, 1023, 1024, 1025, 4095, 4096, 4097, largest}

type inclusion struct {
	Size  int64    `json:"size"`
	Index int64    `json:"index"`
	Proof []string `json:"proof"`
}

type consistency struct {
	From  int64    `json:"from"`
	To    int64    `json:"to"`
	Proof []string `json:"proof"`
}

type vectors struct {
	About       string            `json:"about"`
	Leaves      []string          `json:"leaves"`
	Roots       map[string]string `json:"roots"`
	Inclusion   []inclusion       `json:"inclusion"`
	Consistency []consistency     `json:"consistency"`
}

type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		hashes[i] = s[index]
	}
	return hashes, nil
}

func entry(i int64) []byte {
	var bytes []byte
	for j := 0; j < 4; j++ {
		word := sha256.Sum256([]byte(fmt.Sprintf("%d/%d", i, j)))
		bytes = append(bytes, word[:]...)
	}
	return bytes
}

func hexes(hashes []tlog.Hash) []string {
	list := make([]string, len(hashes))
	for i, hash := range hashes {
		list[i] = "0x" + hex.EncodeToString(hash[:])
	}
	return list
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func main() {
	var tree stored
	out := vectors{
		About: "RFC 9162 trees by golang.org/x/mod/sumdb/tlog; entry i is SHA-256 of \"i/0\", \"i/1\", \"i/2\", \"i/3\" in a row",
		Roots: map[string]string{},
	}
	for i := int64(0); i < largest; i++ {
		tree = append(tree, must(tlog.StoredHashes(i, entry(i), tree))...)
		if i < every {
			hash := tlog.RecordHash(entry(i))
			out.Leaves = append(out.Leaves, hexes([]tlog.Hash{hash})...)
		}
	}
	root := func(size int64) {
		hash := must(tlog.TreeHash(size, tree))
		out.Roots[fmt.Sprint(size)] = hexes([]tlog.Hash{hash})[0]
	}
	include := func(size, index int64) {
		proof := must(tlog.ProveRecord(size, index, tree))
		out.Inclusion = append(out.Inclusion, inclusion{size, index, hexes(proof)})
	}
	extend := func(from, to int64) {
		proof := must(tlog.ProveTree(to, from, tree))
		out.Consistency = append(out.Consistency, consistency{from, to, hexes(proof)})
	}

	for size := int64(1); size <= every; size++ {
		root(size)
		for other := int64(1); other <= size; other++ {
			include(size, other-1)
			extend(other, size)
		}
	}
	for i, size := range sizes {
		root(size)
		for _, index := range []int64{0, 1, size / 3, size / 2, size - 2, size - 1} {
			include(size, index)
		}
		for _, from := range append([]int64{1, 7, 16}, sizes[:i]...) {
			extend(from, size)
		}
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(out); err != nil {
		log.Fatal(err)
	}
}
