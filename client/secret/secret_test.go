package secret_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"seedreel/client/secret"
)

const canary = "sk-canary-0123456789"

// holder keeps the key where fmt cannot reach its methods.
type holder struct {
	name string
	key  secret.Secret
}

func TestNothingPrintsTheKey(t *testing.T) {
	t.Parallel()
	s := secret.New(canary)
	in := struct {
		Key secret.Secret
		Ptr *secret.Secret
		Map map[string]secret.Secret
	}{s, &s, map[string]secret.Secret{"a": s}}
	h := holder{"svc", s}

	texts := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T"} {
		texts["value "+verb] = fmt.Sprintf(verb, s)
		texts["pointer "+verb] = fmt.Sprintf(verb, &s)
		texts["struct "+verb] = fmt.Sprintf(verb, in)
		texts["hidden "+verb] = fmt.Sprintf(verb, h)
		texts["hidden pointer "+verb] = fmt.Sprintf(verb, &h)
	}
	js, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	texts["json"] = string(js)
	xm, err := xml.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	texts["xml"] = string(xm)
	texts["error"] = errors.Join(fmt.Errorf("asking with %v", s)).Error()
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("start", "key", s, "in", in, "holder", h)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("start", "key", s, "in", in, "holder", h)
	texts["slog"] = log.String()

	for name, text := range texts {
		if strings.Contains(text, canary) || strings.Contains(text, fmt.Sprintf("%x", canary)) {
			t.Errorf("%s leaks the key: %s", name, text)
		}
	}
	for _, name := range []string{"value %v", "value %q", "value %x", "json", "xml", "error", "slog"} {
		if !strings.Contains(texts[name], "[redacted]") {
			t.Errorf("%s says %q, want [redacted] in it", name, texts[name])
		}
	}
}

func TestSecretKeepsItsValue(t *testing.T) {
	t.Parallel()
	s := secret.New(" \t" + canary + "\n")
	if got := s.Reveal(); got != canary {
		t.Errorf("Reveal() = %q, want the key without its white space", got)
	}
	if !s.IsSet() || (secret.Secret{}).IsSet() || secret.New(" \n").IsSet() {
		t.Error("IsSet must be true for a key, false for the zero value and for blanks")
	}
	if !s.Equal(secret.New(canary)) || s.Equal(secret.New(canary+"x")) || s.Equal(secret.Secret{}) {
		t.Error("Equal must hold for equal keys only")
	}
	if got := (secret.Secret{}).Reveal(); got != "" {
		t.Errorf("zero Reveal() = %q", got)
	}
}

func TestRedact(t *testing.T) {
	t.Parallel()
	s := secret.New(canary)
	if got := s.Redact("bad key " + canary + "!"); got != "bad key [redacted]!" {
		t.Errorf("Redact = %q", got)
	}
	if got := (secret.Secret{}).Redact("plain"); got != "plain" {
		t.Errorf("zero Redact = %q", got)
	}
}
