package download

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	// maxSlug bounds the prompt's share of a name, in bytes.
	maxSlug = 60
	// maxName bounds a whole name with its extension, in bytes, so that a
	// suffix still fits where names are limited to 143 (eCryptfs) or 255.
	maxName = 115
	// maxID is how much of the job's id a name includes.
	maxID = 8
	// maxMarks bounds the accents on one letter: real scripts need few, and
	// stacks of them spill over the lines around.
	maxMarks = 4
)

// FileName returns the name of a clip without extension: the time, words of the
// prompt and the start of the job's id. Letters and digits of all scripts are
// kept, composed (NFC) and in lower case; anything between them becomes a dash.
// The time is written in its own location. The name has no leading dot or dash,
// is not reserved by Windows, and is under 120 bytes with ".mp4".
func FileName(t time.Time, prompt, jobID string) string {
	// A year outside four digits means a broken clock; keep the name valid.
	if y := t.Year(); y < 0 || y > 9999 {
		t = time.Unix(0, 0).UTC()
	}
	parts := []string{t.Format("20060102-150405")}
	if s := Slug(prompt, maxSlug); s != "" {
		parts = append(parts, s)
	}
	if s := idPart(jobID); s != "" {
		parts = append(parts, s)
	}
	return strings.Join(parts, "_")
}

func idPart(id string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(id) {
		if b.Len() == maxID {
			break
		}
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			b.WriteByte(byte(r))
		}
	}
	return b.String()
}

// Slug returns a readable part of a file name made of a text, at most most
// bytes: letters and digits in lower case, with a dash for what is between.
func Slug(prompt string, most int) string {
	// A prompt has thousands of letters at most and a slug needs 60 bytes, so
	// the rest is ignored.
	const look = 4 << 10
	if len(prompt) > look {
		prompt = prompt[:look]
	}
	var b strings.Builder
	marks, gap := 0, false
	for _, r := range norm.NFC.String(strings.ToLower(strings.ToValidUTF8(prompt, " "))) {
		switch {
		case unicode.Is(unicode.Cf, r) || invisible(r):
			continue // joiners and directions: invisible, so not a gap either
		case unicode.IsMark(r):
			if b.Len() == 0 || gap || marks == maxMarks {
				continue
			}
			marks++
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			marks = 0
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
		default:
			gap = true
			continue
		}
		b.WriteRune(r)
		if b.Len() > 2*most {
			break
		}
	}
	// Runes may compose once others between them are dropped.
	return Unreserved(cut(norm.NFC.String(b.String()), most))
}

func invisible(r rune) bool {
	return unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) || unicode.Is(unicode.Variation_Selector, r)
}

// cut shortens s to at most n bytes at a rune boundary.
func cut(s string, n int) string {
	if len(s) > n {
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n]
	}
	return strings.Trim(s, "-")
}

// Unreserved prefixes a letter to the device names of Windows, which also
// reserves "con.mp4".
func Unreserved(s string) string {
	switch s {
	case "con", "prn", "aux", "nul":
		return "x-" + s
	}
	if n := len(s); n >= 4 && (strings.HasPrefix(s, "com") || strings.HasPrefix(s, "lpt")) {
		switch s[3:] {
		case "0", "1", "2", "3", "4", "5", "6", "7", "8", "9":
			return "x-" + s
		}
	}
	return s
}
