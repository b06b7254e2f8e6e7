package main

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"

	"filippo.io/torchwood"
	"github.com/transparency-dev/formats/proof"
	"golang.org/x/mod/sumdb/tlog"
)

// A merkleLog holds entries 0 to n-1 and every hash of their tree.
type merkleLog struct {
	n      int
	hashes []tlog.Hash
}

func newLog(n int) *merkleLog {
	l := &merkleLog{n: n}
	for i := range n {
		l.hashes = append(l.hashes, must(tlog.StoredHashes(int64(i), entry(i), l))...)
	}
	return l
}

// ReadHashes implements tlog.HashReader.
func (l *merkleLog) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var out []tlog.Hash
	for _, index := range indexes {
		out = append(out, l.hashes[index])
	}
	return out, nil
}

func (l *merkleLog) root(size int) tlog.Hash { return must(tlog.TreeHash(int64(size), l)) }

// body is the text of the checkpoint of the first size entries.
func (l *merkleLog) body(origin string, size int) string {
	tree := tlog.Tree{N: int64(size), Hash: l.root(size)}
	return torchwood.Checkpoint{Origin: origin, Tree: tree}.String()
}

// tiles are the tiles of logs of the sizes, full and partial, with the SHA-256 of their bytes.
func (l *merkleLog) tiles(sizes ...int) []object {
	var out []object
	for _, size := range sizes {
		var tiles []object
		for _, tile := range tlog.NewTiles(torchwood.TileHeight, 0, int64(size)) {
			data := must(tlog.ReadTileData(tile, l))
			if tile.L == 0 {
				bundle := tile
				bundle.L = -1
				tiles = append(tiles, tileObject(bundle, bundleOf(tile)))
			}
			tiles = append(tiles, tileObject(tile, data))
		}
		root := l.root(size)
		out = append(out, object{"size": size, "root": hex0x(root[:]), "tiles": tiles})
	}
	return out
}

func tileObject(tile tlog.Tile, data []byte) object {
	sum := sha256.Sum256(data)
	return object{"path": torchwood.TilePath(tile), "length": len(data), "sha256": hex0x(sum[:])}
}

// bundleOf is the bundle of the entries under a tile of level 0.
func bundleOf(tile tlog.Tile) []byte {
	var data []byte
	for i := range tile.W {
		data = must(torchwood.AppendTileEntry(data, entry(int(tile.N)*torchwood.TileWidth+i)))
	}
	return data
}

// proofs are tlog-proofs of entries, each checked by the library before it is written down.
func (l *merkleLog) proofs(logKey key, witnesses []key) []object {
	var out []object
	for _, size := range []int{1, 2, 3, 7, 8, 255, 256, 257, 600} {
		indexes := map[int]bool{0: true, size / 3: true, size / 2: true, size - 1: true}
		message := sign(l.body(logKey.Name, size), append([]key{logKey}, witnesses...)...)
		for _, index := range slices.Sorted(maps.Keys(indexes)) {
			path := must(tlog.ProveRecord(int64(size), int64(index), l))
			leaf := tlog.RecordHash(entry(index))
			if err := tlog.CheckRecord(path, int64(size), l.root(size), int64(index), leaf); err != nil {
				panic(err)
			}
			text := proof.TLogProof{Index: uint64(index), Checkpoint: []byte(message)}
			for _, hash := range path {
				text.Hashes = append(text.Hashes, hash)
			}
			out = append(out, object{
				"size": size, "index": index, "leaf": hex0x(leaf[:]), "proof": string(text.Marshal()),
			})
		}
	}
	return out
}

// tilePaths are paths with what they name, and texts that name no tile.
func tilePaths() (named, refused []object) {
	for _, level := range []int{-1, 0, 1, 2, 5} {
		for _, index := range []int64{0, 1, 999, 1000, 1001, 65535, 999999, 1000000, 1234067089} {
			for _, width := range []int{1, 5, 255, 256} {
				tile := tlog.Tile{H: torchwood.TileHeight, L: level, N: index, W: width}
				path := torchwood.TilePath(tile)
				if back := must(torchwood.ParseTilePath(path)); back != tile {
					panic(path)
				}
				named = append(named, object{"path": path, "level": level, "index": index, "width": width})
			}
		}
	}
	for _, path := range []string{
		"", "tile", "tile/0", "tile/0/", "tile/0/1", "tile/0/01", "tile/0/0001", "tile/0/1000",
		"tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/257", "tile/0/000.p/05", "tile/0/000.p",
		"tile/0/000.p/", "tile/0/x000/001", "tile/0/x001/x234", "tile/0/001/234", "tile/00/000",
		"tile/-1/000", "tile/entries/", "tile/8/0/000", "/tile/0/000",
		"tile/0/000/", "tile/0/0x0", "tile/entries/000.p/300", "tile/0/x001/234.p/1/1", "tile/0/٠٠٠",
	} {
		if tile, err := torchwood.ParseTilePath(path); err == nil {
			panic(fmt.Sprint(path, tile))
		}
		refused = append(refused, object{"path": path})
	}
	return named, refused
}

func sorted(cases map[string]string) []string { return slices.Sorted(maps.Keys(cases)) }
