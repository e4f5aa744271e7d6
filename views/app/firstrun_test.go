package app

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"seedreel/client"
	"seedreel/state/account"
	"seedreel/views/studio"
)

// A key is never said to work before the service said so, and a line that is
// down is not a refusal.
func TestKeyTestsAreSaidAsTheyEnded(t *testing.T) {
	t.Parallel()
	no := &client.Error{Kind: client.KindUnauthorized, Provider: "wavespeed", Op: "reading the balance", Message: "invalid \x1b[31mapi key"}
	for name, tt := range map[string]struct {
		test    keyTest
		want    string
		refused bool
	}{
		"under way": {keyTest{}, "WaveSpeedAI: testing the key", false},
		"works":     {keyTest{done: true, left: 12_340_000}, "WaveSpeedAI key works, balance $12.34", false},
		"refused":   {keyTest{done: true, err: fmt.Errorf("asking: %w", no)}, "WaveSpeedAI key refused: invalid", true},
		"no answer": {keyTest{done: true, err: &client.Error{Kind: client.KindNotSent, Provider: "wavespeed", Op: "reading the balance"}}, "not tested: WaveSpeedAI could not be reached", false},
		"not asked": {keyTest{done: true, err: account.ErrNotOffered}, "no way to test it", false},
		"other":     {keyTest{done: true, err: errors.New("odd")}, "not tested: odd", false},
	} {
		got := string(tt.test.words("wavespeed"))
		if !strings.Contains(got, tt.want) || strings.ContainsRune(got, '\x1b') || tt.test.refused() != tt.refused {
			t.Errorf("%s: %q (refused %t), want %q", name, got, tt.test.refused(), tt.want)
		}
	}
}

// On a slow line the answer to a wrong key comes after the right one was typed.
func TestTheAnswerToAnotherKeyIsDropped(t *testing.T) {
	t.Parallel()
	m := &Model{s: &studio.Studio{}, keyTests: map[string]keyTest{"wavespeed": {}}, keyTurn: 2}
	late := balanceMsg{provider: "wavespeed", turn: 1, err: &client.Error{Kind: client.KindUnauthorized}}
	if cmd := m.applyBalance(late); cmd != nil || m.keyTests["wavespeed"].done {
		t.Errorf("it is taken for the new key's: %+v", m.keyTests)
	}
}
