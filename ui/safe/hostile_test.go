package safe_test

import (
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"seedreel/ui/safe"
)

// hostileVar sets another number of generated texts.
const hostileVar = "SEEDREEL_HOSTILE"

// pieces are the parts of hostile texts, in addition to the attacks.
var pieces = []string{
	"\x1b", "\x1b[", "\x1b]", "\x1bP", "\x1b_", "\x1b^", "\x1bX", "\x1b\\", "\x07", "\u009b", "\u009d", "\x9b", "\x9d", "\x90", "\r", "\n", "\b", "\x00", "\x7f",
	"52;c;", "8;;http://e", "?1049h", "31m", "2J", "0;", ";", "tmux;", "\u202e", "\u2066", "\u2069", "\u200b", "\u200d", "\u200c", "\ufe0f", "\ufeff", "\u00ad", "\u3164",
	"\U000e0041", "\U000e007f", "\u0301", "\u0300", "\u20dd", "\ue000", "\ufdd0", "\xff", "\xc3", "\xe2\x80", "\xf0\x9f", "\U0001F469", "\U0001F1E9", "\U0001F1EA", "\U0001F3FF", "日", "a", " ", "é",
	"\t", "\u2028", "\u2029", "\v", "\f", "\x0e", "\x0f", "\u061c", "\u115f", "\u17b4", "\ufff9",
}

// TestHostileTextLeavesNothingBehind combines attacks at random. The figure it
// prints is one of the project's proofs.
func TestHostileTextLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	n := 20_000
	if v := os.Getenv(hostileVar); v != "" {
		var err error
		if n, err = strconv.Atoi(v); err != nil {
			t.Fatal(err)
		}
	}
	rnd := rand.New(rand.NewPCG(7, 11))
	bad := 0
	for range n {
		raw := generated(rnd)
		for _, out := range []struct {
			text   string
			breaks bool
		}{{string(safe.Line(raw)), false}, {string(safe.Lines(raw)), true}} {
			if !harmless(out.text, out.breaks) {
				bad++
				if bad < 5 {
					t.Errorf("%q gave %q", raw, out.text)
				}
			}
		}
	}
	t.Logf("hostile: %d inputs, %d unsafe", n, bad)
}

func generated(rnd *rand.Rand) string {
	var b strings.Builder
	for range 1 + rnd.IntN(12) {
		switch rnd.IntN(8) {
		case 0:
			b.WriteString(attacks[rnd.IntN(len(attacks))].raw)
		case 1:
			b.WriteRune(rune(rnd.IntN(unicode.MaxRune + 1)))
		case 2:
			b.WriteByte(byte(rnd.IntN(256)))
		default:
			b.WriteString(pieces[rnd.IntN(len(pieces))])
		}
	}
	return b.String()
}

func harmless(out string, breaks bool) bool {
	marks := 0
	for _, r := range out {
		marks++
		if !unicode.In(r, unicode.Mn, unicode.Me) {
			marks = 0
		}
		if unsafeRune(r, breaks) || marks > 4 {
			return false
		}
	}
	return utf8.ValidString(out)
}
