package accounts

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"seedreel/client"
	"seedreel/state/account"
	"seedreel/views/studio"
)

// A key is reported as working only after the service has answered, and an
// unreachable service is not a refusal.
func TestKeyTestsAreSaidAsTheyEnded(t *testing.T) {
	t.Parallel()
	no := &client.Error{Kind: client.KindUnauthorized, Provider: "wavespeed", Op: "reading the balance", Message: "invalid \x1b[31mapi key"}
	for name, tt := range map[string]struct {
		test    Test
		want    string
		refused bool
	}{
		"under way": {Test{}, "WaveSpeedAI: testing the key", false},
		"works":     {Test{done: true, left: 12_340_000}, "WaveSpeedAI key works, balance $12.34", false},
		"refused":   {Test{done: true, err: fmt.Errorf("asking: %w", no)}, "WaveSpeedAI key refused: invalid", true},
		"no answer": {Test{done: true, err: &client.Error{Kind: client.KindNotSent, Provider: "wavespeed", Op: "reading the balance"}}, "not tested: WaveSpeedAI could not be reached", false},
		"not asked": {Test{done: true, err: account.ErrNotOffered}, "no way to test it", false},
		"other":     {Test{done: true, err: errors.New("odd")}, "not tested: odd", false},
	} {
		got := string(tt.test.Words("wavespeed"))
		if !strings.Contains(got, tt.want) || strings.ContainsRune(got, '\x1b') || tt.test.Refused() != tt.refused {
			t.Errorf("%s: %q (refused %t), want %q", name, got, tt.test.Refused(), tt.want)
		}
	}
}

// On a slow line the answer for a wrong key arrives after the right one was
// entered.
func TestTheAnswerToAnotherKeyIsDropped(t *testing.T) {
	t.Parallel()
	a := &Accounts{s: &studio.Studio{}, tests: map[string]Test{"wavespeed": {}}, turn: 2}
	late := balanceMsg{provider: "wavespeed", turn: 1, err: &client.Error{Kind: client.KindUnauthorized}}
	if cmd := a.Update(late); cmd != nil || a.tests["wavespeed"].done {
		t.Errorf("it is taken for the new key's: %+v", a.tests)
	}
}
