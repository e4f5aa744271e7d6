package near_test

import (
	"testing"

	"seedreel/client/near"
)

func TestMeant(t *testing.T) {
	t.Parallel()
	commands := []string{"list", "show", "add", "remove", "edit", "set", "test", "unset", "settings", "submit", "jobs"}
	keys := []string{"daily_limit_usd", "confirm_above_usd", "theme", "clips_dir", "clips_name", "model", "on_saved"}
	for _, tt := range []struct {
		typed string
		names []string
		want  string
	}{
		{"lsit", commands, "list"},
		{"ste", commands, "set"},
		{"tset", commands, "test"},
		{"shwo", commands, "show"},
		{"LIST", commands, "list"},
		{"submti", commands, "submit"},
		{"sett", commands, "settings"},
		{"daily_limt", keys, "daily_limit_usd"},
		{"daily-limit", keys, "daily_limit_usd"},
		{"confrim_above", keys, "confirm_above_usd"},
		{"thme", keys, "theme"},
		{"clip_dir", keys, "clips_dir"},
		{"", keys, ""},
		{"colour", keys, ""},
		{"x", commands, ""},
		{"fly", commands, ""},
		{"price", []string{"pick", "profile"}, ""},
		{"login", []string{"join", "line"}, ""},
		{"theme", nil, ""},
		{"Harbuor", []string{"Harbour night", "Harvest"}, "Harbour night"},
		{"no", []string{"not_submitted", "no_funds"}, "no_funds"},
		{"savd", []string{"queued", "saving", "saved"}, "saved"},
	} {
		if got := near.Meant(tt.typed, tt.names); got != tt.want {
			t.Errorf("%q is taken for %q, want %q", tt.typed, got, tt.want)
		}
	}
}
