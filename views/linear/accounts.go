package linear

import (
	"context"
	"os"
	"strconv"
	"strings"

	terminals "github.com/charmbracelet/x/term"

	"seedreel/client/all"
	"seedreel/state/settings"
	"seedreel/ui/safe"
	"seedreel/ui/term"
	"seedreel/views/words"
)

// eachService does something at each service that can be used.
func (t *talk) eachService(do func(ctx context.Context, id string, practice bool)) error {
	some := false
	var first error
	for _, id := range all.IDs() {
		if err := t.e.Services.Ready(id); err != nil {
			if first == nil {
				first = err
			}
			continue
		}
		some = true
		do(t.ctx, id, t.e.Services.Practice())
	}
	if !some {
		return first
	}
	return nil
}

// days asks how far to look back.
func (t *talk) days() (int, error) {
	const usual, most = 7, 365
	for {
		s, err := t.answer("Clips made elsewhere on the same accounts: how many days back, or enter for %d:", usual)
		if err != nil {
			return 0, err
		}
		if s == "" {
			return usual, nil
		}
		if n, err := strconv.Atoi(s); err == nil && n >= 1 && n <= most {
			return n, nil
		}
		t.say("Please answer with a number from 1 to %d.", most)
	}
}

// keys lists the keys of the services, and takes, tests and removes them.
func (t *talk) keys() error {
	return t.choose(func() ([]entry, error) {
		ids := all.IDs()
		out := make([]entry, len(ids))
		for i, id := range ids {
			out[i] = entry{words.Service(id), ", " + t.keyWord(id), func() error { return t.key(id) }}
		}
		return out, nil
	}, "return to the menu")
}

// keyWord returns where the key of a service is from.
func (t *talk) keyWord(id string) safe.String {
	source, err := t.e.Services.KeyState(id)
	switch {
	case err != nil:
		return words.Error(err)
	case source == settings.FromEnvironment:
		return "key from " + safe.Line(settings.KeyVar(id)) + " in the environment"
	case source == settings.FromFile:
		return "key kept"
	}
	return "no key"
}

// key asks what to do about the key of a service.
func (t *talk) key(id string) error {
	source, _ := t.e.Services.KeyState(id)
	return t.choose(func() ([]entry, error) {
		out := []entry{{"Type in a key", "", func() error { return t.setKey(id) }}}
		if source != settings.FromNowhere {
			out = append(out, entry{"Test it; nothing is bought", "", func() error { return t.testKey(id) }})
		}
		if source == settings.FromFile {
			out = append(out, entry{"Remove it", "", func() error { return t.removeKey(id) }})
		}
		return out, nil
	}, "go back")
}

// setKey takes a key that is not shown while it is typed.
func (t *talk) setKey(id string) error {
	if note := words.KeyNote(id); note != "" {
		t.say("%s", note)
	}
	key, err := t.secret("The key of " + words.Service(id) + ", or enter for none:")
	if err != nil || key == "" {
		return err
	}
	was := t.e.Services.Practice()
	if err := t.e.Services.SaveKey(id, key); err != nil {
		return err
	}
	t.say("The key is kept.")
	if err := t.testKey(id); err != nil {
		return err
	}
	t.side(was)
	return errDone
}

// secret reads a line that is not shown. What is not a terminal is read as
// always.
func (t *talk) secret(question safe.String) (string, error) {
	f, ok := t.o.In.(*os.File)
	if !ok || !terminals.IsTerminal(f.Fd()) || t.in.pending != nil {
		return t.answer("%s", question)
	}
	t.say("%s It is not shown.", question)
	key, err := term.Secret(t.ctx, f.Fd())
	if t.ctx.Err() != nil {
		return "", errLeft
	}
	return strings.TrimSpace(key), err
}

// side reads out whether clips are billed, if that has changed.
func (t *talk) side(was bool) {
	switch is := t.e.Services.Practice(); {
	case is == was:
	case is:
		t.say("Practice again: nothing is billed.")
	case !t.real():
		t.say("Practice has ended: clips go to a service on this machine.")
	default:
		t.say("Practice has ended: clips are real now, and billed.")
	}
}

// real reports whether any service that can be used is not on this machine.
func (t *talk) real() bool {
	for _, id := range all.IDs() {
		if _, here := t.e.Services.Loopback(id); !here && t.e.Services.Ready(id) == nil {
			return true
		}
	}
	return false
}

func (t *talk) testKey(id string) error {
	left, err := t.e.Account.Balance(t.ctx, id, false)
	if err != nil {
		t.say("%s.", strings.TrimSuffix(string(notOffered(err, words.Service(id)+" has no way to test a key without buying")), "."))
		return nil
	}
	t.say("The key works, balance %s.", left)
	return nil
}

func (t *talk) removeKey(id string) error {
	sure, err := t.yes("Remove the key of %s?", words.Service(id))
	if err != nil || !sure {
		return err
	}
	was := t.e.Services.Practice()
	if err := t.e.Services.RemoveKey(id); err != nil {
		return err
	}
	t.say("The key is removed.")
	t.side(was)
	return errDone
}
