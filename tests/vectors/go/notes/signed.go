package main

import (
	"encoding/base64"
	"fmt"
	"strings"

	"filippo.io/torchwood"
	"github.com/transparency-dev/formats/witness"
	"golang.org/x/mod/sumdb/note"
)

// notes are texts with one signature and with several, and what a reader finds in them.
func notes(keys []key) []object {
	root := base64.StdEncoding.EncodeToString(make([]byte, 32))
	texts := []string{
		"If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
		keys[0].Name + "\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
		keys[1].Name + "\n42\n" + root + "\n",
		keys[2].Name + "\n123456789\n" + root + "\n",
		"海南省知识产权\n\n第二段 — 与签名行同样的破折号\n",
		"— not a signature\n\n— nor this\n",
		"\n",
	}
	logs := keys[:3]
	var out []object
	for i, text := range texts {
		for _, signers := range [][]key{logs[i%3 : i%3+1], logs} {
			message := sign(text, signers...)
			outcome, by := opened(message, logs...)
			out = append(out, object{"text": text, "note": message, "outcome": outcome, "signed_by": by})
		}
	}
	return out
}

// refused are notes that a reader must not take for signed, and what note.Open says of each.
func refused(keys []key) []object {
	logs := keys[:3]
	text := keys[0].Name + "\n7\n" + base64.StdEncoding.EncodeToString(make([]byte, 32)) + "\n"
	whole := sign(text, keys[0])
	line := whole[strings.LastIndex(whole, "— "):]
	stranger := newKey("example.com/stranger", typeLog)
	flipped := []byte(whole)
	flipped[len(flipped)-10] ^= 1
	cases := map[string]string{
		"changed text":                   strings.Replace(whole, "\n7\n", "\n8\n", 1),
		"changed signature":              string(flipped),
		"signed by a stranger":           sign(text, stranger),
		"no signature":                   text + "\n",
		"no empty line":                  text + line,
		"no newline at the end":          strings.TrimSuffix(whole, "\n"),
		"empty":                          "",
		"hyphen for a dash":              strings.Replace(whole, "— ", "- ", 1),
		"no space after the dash":        strings.Replace(whole, "— ", "—", 1),
		"no name":                        strings.Replace(whole, "— "+keys[0].Name, "— ", 1),
		"plus in the name":               strings.Replace(whole, "— "+keys[0].Name, "— a+b", 1),
		"not base 64":                    strings.Replace(whole, line, "— "+keys[0].Name+" !!!!\n", 1),
		"no signature bytes":             strings.Replace(whole, line, "— "+keys[0].Name+"\n", 1),
		"key id and nothing more":        strings.Replace(whole, line, "— "+keys[0].Name+" AAAAAA==\n", 1),
		"control character in the text":  sign("a\tb\n", keys[0]),
		"carriage return":                strings.ReplaceAll(whole, "\n", "\r\n"),
		"empty line after the signature": whole + "\n",
		"text after the signature":       whole + "more\n",
		"no-break space in the name":     strings.Replace(whole, "— "+keys[0].Name, "— a\u00a0b", 1),
		"ideographic space in the name":  strings.Replace(whole, "— "+keys[0].Name, "— a\u3000b", 1),
		"101 signatures":                 text + "\n" + strings.Repeat(line, 101),
	}
	var out []object
	for _, name := range sorted(cases) {
		outcome, _ := opened(cases[name], logs...)
		if outcome == "signed" {
			panic(name)
		}
		out = append(out, object{"name": name, "note": cases[name], "outcome": outcome})
	}
	return out
}

// cosigned are checkpoints with cosignatures, and spoilt ones with what the library finds in them.
func cosigned(tree *merkleLog, keys []key) []object {
	logKey, witnesses := keys[1], keys[3:]
	body := tree.body(logKey.Name, 600)
	whole := sign(body, append([]key{logKey}, witnesses...)...)
	lines := strings.SplitAfter(strings.TrimPrefix(whole, body+"\n"), "\n")
	other := sign(tree.body(logKey.Name, 599), append([]key{logKey}, witnesses...)...)
	otherLines := strings.SplitAfter(other[strings.Index(other, "\n\n")+2:], "\n")
	notes := []struct {
		name string
		note string
	}{
		{"by all", whole},
		{"by one", body + "\n" + lines[0] + lines[2]},
		{"by none", body + "\n" + lines[0]},
		{"one time changed", strings.Replace(whole, lines[1], laterTime(lines[1]), 1)},
		{"cosignatures of another checkpoint", body + "\n" + lines[0] + otherLines[1] + otherLines[2]},
		{"a witness's line without its time", strings.Replace(whole, lines[1], withoutTime(lines[1]), 1)},
	}
	var out []object
	for _, n := range notes {
		by := []object{}
		for _, w := range witnesses {
			if opened, err := note.Open([]byte(n.note), note.VerifierList(w.verifier)); err == nil {
				time := must(torchwood.CosignatureTimestamp(opened.Sigs[0]))
				by = append(by, object{"vkey": w.VKey, "time": time})
			}
		}
		out = append(out, object{"name": n.name, "log": logKey.VKey, "note": n.note, "cosigned_by": by})
	}
	return out
}

// laterTime is a signature line whose time is one second later than what was signed.
func laterTime(line string) string {
	return changed(line, func(raw []byte) []byte { raw[11]++; return raw })
}

// withoutTime is a signature line from which the eight bytes of the time are gone.
func withoutTime(line string) string {
	return changed(line, func(raw []byte) []byte { return append(raw[:4:4], raw[12:]...) })
}

func changed(line string, change func([]byte) []byte) string {
	at := strings.LastIndex(line, " ") + 1
	raw := must(base64.StdEncoding.DecodeString(strings.TrimSuffix(line[at:], "\n")))
	return line[:at] + base64.StdEncoding.EncodeToString(change(raw)) + "\n"
}

// policies are policies with checkpoints cosigned by some, and whether that is enough.
func policies(tree *merkleLog, keys []key) []object {
	logKey, w := keys[1], keys[4:]
	head := "log " + logKey.VKey + "\n"
	for i, k := range w {
		head += fmt.Sprintf("witness %c %s https://w%d.example/\n", 'A'+i, k.VKey, i)
	}
	quorums := map[string]string{
		"none":                    "quorum none\n",
		"one witness":             "quorum B\n",
		"any of four":             "group g any A B C D\nquorum g\n",
		"all of two":              "group g all A B\nquorum g\n",
		"two of three":            "group g 2 A B C\nquorum g\n",
		"two regions of three":    "group CN-46 any A B\ngroup SG any C\ngroup MO any D\ngroup regions 2 CN-46 SG MO\nquorum regions\n",
		"groups in groups":        "group x all A B\ngroup y any C D\ngroup z all x y\nquorum z\n",
		"comments, spaces, tabs":  "# a line that says nothing\n\n  group\tg  all\tA   C \nquorum g\n",
		"a group that counts not": "group x all C D\ngroup y any A B\nquorum y\n",
	}
	subsets := [][]int{{}, {0}, {1}, {0, 1}, {0, 2}, {2, 3}, {0, 1, 2}, {1, 2, 3}, {0, 1, 2, 3}}
	body := tree.body(logKey.Name, 256)
	var out []object
	for _, name := range sorted(quorums) {
		policy := head + quorums[name]
		group := must(witness.ParsePolicy([]byte(policy)))
		var cases []object
		for _, subset := range subsets {
			signers, letters := []key{logKey}, ""
			for _, i := range subset {
				signers = append(signers, w[i])
				letters += string(rune('A' + i))
			}
			message := sign(body, signers...)
			enough := group.Satisfied([]byte(message))
			cases = append(cases, object{"cosigned_by": letters, "note": message, "enough": enough})
		}
		out = append(out, object{"name": name, "policy": policy, "checkpoints": cases})
	}
	return out
}
