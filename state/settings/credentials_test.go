//go:build !windows

package settings

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

const canary = "sk-canary-0123456789"

func TestKeyOrder(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "config", "credentials")
	c := NewCredentials(file, env("WAVESPEED_API_KEY", "  from-env\n"))
	if k, from, err := c.Key(AIMLAPI); k.IsSet() || from != FromNowhere || err != nil {
		t.Errorf("without a file: %v %v", from, err)
	}
	for _, s := range []string{WaveSpeed, AIMLAPI} {
		if err := c.SaveKey(s, " "+s+"-key\n"); err != nil {
			t.Fatal(err)
		}
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v %v", info.Mode(), err)
	}
	if k, from, err := c.Key(WaveSpeed); k.Reveal() != "from-env" || from != FromEnvironment || err != nil {
		t.Errorf("environment first: %q %v %v", k.Reveal(), from, err)
	}
	if k, from, err := c.Key(AIMLAPI); k.Reveal() != "aimlapi-key" || from != FromFile || err != nil {
		t.Errorf("then the file: %q %v %v", k.Reveal(), from, err)
	}
	if err := c.RemoveKey(AIMLAPI); err != nil {
		t.Fatal(err)
	}
	if k, _, err := c.Key(AIMLAPI); k.IsSet() || err != nil {
		t.Errorf("after removing: %v", err)
	}
	if k, _, err := NewCredentials(file, env()).Key(WaveSpeed); k.Reveal() != "wavespeed-key" || err != nil {
		t.Errorf("the other one: %q %v", k.Reveal(), err)
	}
	if err := NewCredentials(filepath.Join(t.TempDir(), "none"), env()).RemoveKey(WaveSpeed); err != nil {
		t.Errorf("removing from nothing: %v", err)
	}
	if _, _, err := c.Key("other"); err == nil {
		t.Error("a service that is none has a key")
	}
}

func TestOpenCredentialsAreRefused(t *testing.T) {
	t.Parallel()
	for _, mode := range []os.FileMode{0o644, 0o640, 0o604, 0o620, 0o660} {
		file := filepath.Join(t.TempDir(), "credentials")
		write(t, file, `wavespeed = "`+canary+`"`, mode)
		c := NewCredentials(file, env())
		for what, err := range map[string]error{
			"reading": func() error { _, _, err := c.Key(WaveSpeed); return err }(),
			"saving":  c.SaveKey(AIMLAPI, "x"),
		} {
			if _, ok := errors.AsType[*Error](err); !ok || !strings.Contains(err.Error(), "chmod 600") {
				t.Errorf("%s at %04o: %v", what, mode, err)
			}
		}
		// Keys that do not come from the file are available even if it is
		// unusable.
		if k, _, err := NewCredentials(file, env("WAVESPEED_API_KEY", "x")).Key(WaveSpeed); !k.IsSet() || err != nil {
			t.Errorf("with a key in the environment: %v", err)
		}
	}
}

func TestForeignCredentialsAreRefused(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root can give a file away")
	}
	file := filepath.Join(t.TempDir(), "credentials")
	write(t, file, `wavespeed = "`+canary+`"`, 0o600)
	if err := os.Chown(file, 65534, 65534); err != nil {
		t.Skip(err)
	}
	refused(t, file, "another user")
}

// refused checks that no key is read from a file, and that the reason has a
// word in it.
func refused(t *testing.T, file, word string) {
	t.Helper()
	if _, _, err := NewCredentials(file, env()).Key(WaveSpeed); err == nil || !strings.Contains(err.Error(), word) {
		t.Errorf("got %v", err)
	}
}

// TestKeysStayOutOfErrors: no error about a bad file or key may repeat the key.
func TestKeysStayOutOfErrors(t *testing.T) {
	t.Parallel()
	for _, content := range []string{
		canary,
		"wavespeed = " + canary,
		`wavespeed = "` + canary,
		`wavespeed = "` + canary + `\q"`,
		`"` + canary + `" = "wavespeed"`,
		canary + ` = "wavespeed"`,
		`wavespeed = ["` + canary + `"]`,
		`wavespeed = "` + canary + `\u0000"`,
		`wavespeed = "` + canary + ` two"`,
		`wavespeed = "` + strings.Repeat(canary, 99) + `"`,
		`wavespeed = "` + canary + "\"\nwavespeed = \"" + canary + `"`,
		"[" + canary + "]\n[" + canary + "]",
	} {
		file := filepath.Join(t.TempDir(), "credentials")
		write(t, file, content, 0o600)
		_, _, err := NewCredentials(file, env()).Key(WaveSpeed)
		if _, ok := errors.AsType[*Error](err); !ok {
			t.Errorf("%.40q: %v", content, err)
		}
		for e := err; e != nil; e = errors.Unwrap(e) {
			if strings.Contains(e.Error(), "canary") {
				t.Errorf("%.40q is repeated: %v", content, e)
			}
		}
	}
	c := NewCredentials(filepath.Join(t.TempDir(), "c"), env("AIMLAPI_API_KEY", canary+"\x1b[2J"))
	for _, err := range []error{
		c.SaveKey(WaveSpeed, canary+"\n"+canary), c.SaveKey(WaveSpeed, canary+"\x00"), c.SaveKey(WaveSpeed, canary+"é"),
		c.SaveKey(WaveSpeed, " \n"), c.SaveKey("other", canary), func() error { _, _, err := c.Key(AIMLAPI); return err }(),
	} {
		if err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("got %v", err)
		}
	}
}

func TestCredentialsPipe(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "credentials")
	if err := syscall.Mkfifo(file, 0o600); err != nil {
		t.Skip(err)
	}
	refused(t, file, "plain file")
}

// TestKeyAsPasted: text around a key at the place it is copied from is not part
// of it.
func TestKeyAsPasted(t *testing.T) {
	t.Parallel()
	for _, pasted := range []string{
		"KEY", " KEY\n", `"KEY"`, `'KEY'`, "`KEY`", "\u201cKEY\u201d", `"KEY",`, `"KEY";`, "\ufeffKEY", "KEY\u200b", "\u00a0KEY", "<KEY>",
		"WAVESPEED_API_KEY=KEY", `WAVESPEED_API_KEY="KEY"`, "export WAVESPEED_API_KEY=KEY", "export WAVESPEED_API_KEY='KEY'", "API_KEY=KEY",
		`wavespeed = "KEY"`, `$env:WAVESPEED_API_KEY = "KEY"`, "set WAVESPEED_API_KEY=KEY", `API_TOKEN: "KEY"`,
		"Bearer KEY", "bearer  KEY", "Authorization: Bearer KEY", `"Authorization: Bearer KEY"`, "Authorization: KEY", `WAVESPEED_API_KEY="Bearer KEY"`,
	} {
		dir := t.TempDir()
		file := filepath.Join(dir, "credentials")
		c := NewCredentials(file, env())
		text := strings.ReplaceAll(pasted, "KEY", canary)
		text = strings.NewReplacer("WAVESPEED_API_"+canary, "WAVESPEED_API_KEY", "API_"+canary, "API_KEY").Replace(text)
		if err := c.SaveKey(WaveSpeed, text); err != nil {
			t.Errorf("%q: %v", pasted, err)
			continue
		}
		if k, _, err := c.Key(WaveSpeed); err != nil || k.Reveal() != canary {
			t.Errorf("%q: another key was kept (%d characters), %v", pasted, len(k.Reveal()), err)
		}
		if k, _, err := NewCredentials(file, env("WAVESPEED_API_KEY", text)).Key(WaveSpeed); err != nil || k.Reveal() != canary {
			t.Errorf("%q in the environment: another key, %v", pasted, err)
		}
	}
	for pasted, want := range map[string]string{"abc=def==": "abc=def==", "id:secret": "id:secret", `a"b`: `a"b`} {
		c := NewCredentials(filepath.Join(t.TempDir(), "credentials"), env("WAVESPEED_API_KEY", pasted))
		if k, _, err := c.Key(WaveSpeed); err != nil || k.Reveal() != want {
			t.Errorf("%q was changed: %v", pasted, err)
		}
	}
	for pasted, want := range map[string]string{
		"Bearer": "Bearer", "Bearer ": "Bearer", `""`: "is missing", "WAVESPEED_API_KEY=": "only what surrounds", "AIMLAPI_API_KEY=" + canary: "aimlapi", "two " + canary: "without blanks",
	} {
		err := NewCredentials(filepath.Join(t.TempDir(), "credentials"), env()).SaveKey(WaveSpeed, pasted)
		if err == nil || strings.Contains(err.Error(), canary) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", pasted, err, want)
		}
	}
}
