package compose

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// quoteAfter is how long the form must be unchanged before the service is asked
// for its exact price.
const quoteAfter = 600 * time.Millisecond

// quoteFor is how long an answer is valid.
const quoteFor = 10 * time.Minute

type quoteDueMsg struct{ key string }

// quotedMsg carries the live price of a form. The key and the kind of money
// come back with the answer, so that one for an older form is dropped.
type quotedMsg struct {
	key      string
	practice bool
	quote    client.Quote
	err      error
}

// quoted is a service's answer for one form.
type quoted struct {
	price usd.Micro
	known bool
	at    time.Time
}

// quoteKey returns a key for everything that affects the price: all values but
// the prompt and the seed. It returns "" if a value for the price is missing.
func (s *Screen) quoteKey() string {
	v, missing := s.model.Quotable(s.request())
	if len(missing) > 0 {
		return ""
	}
	delete(v, catalogue.RolePrompt)
	delete(v, catalogue.RoleSeed)
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return s.model.Ref().String() + " " + string(b)
}

// wantQuote requests the live price once the form has not changed for a while.
func (s *Screen) wantQuote() tea.Cmd {
	key := s.quoteKey()
	if key == "" || key == s.wanted {
		return nil
	}
	if q, ok := s.quotes[key]; ok && s.s.Now().Sub(q.at) < quoteFor {
		return nil
	}
	s.wanted = key
	return tea.Tick(quoteAfter, func(time.Time) tea.Msg { return quoteDueMsg{key: key} })
}

func (s *Screen) quoteDue(msg quoteDueMsg) tea.Cmd {
	if msg.key != s.quoteKey() {
		if s.wanted == msg.key {
			s.wanted = ""
		}
		return nil
	}
	st, model, values, practice := s.s, s.model, s.request(), s.s.Practice
	if err := st.Services.Ready(model.Provider); err != nil {
		s.applyQuote(quotedMsg{key: msg.key, practice: practice, err: err})
		return nil
	}
	return st.Ask(func(ctx context.Context) tea.Msg {
		q, err := st.Money.Quote(ctx, model, values, practice)
		return quotedMsg{key: msg.key, practice: practice, quote: q, err: err}
	})
}

// applyQuote stores the service's answer. Without a figure the list price
// remains.
func (s *Screen) applyQuote(msg quotedMsg) {
	if msg.practice != s.s.Practice {
		return
	}
	if s.wanted == msg.key {
		s.wanted = ""
	}
	if msg.err != nil && !errors.Is(msg.err, client.ErrNoQuote) {
		return
	}
	s.quotes[msg.key] = quoted{price: msg.quote.Price, known: msg.err == nil && !msg.quote.Partial, at: s.s.Now()}
	s.refresh()
}

// priceNow returns the live price of this form if there is one, or else the
// estimate from the list.
func (s *Screen) priceNow(v catalogue.Values) catalogue.Estimate {
	e := s.model.Estimate(v, s.look)
	q, ok := s.quotes[s.quoteKey()]
	if !ok || !q.known || s.s.Now().Sub(q.at) >= quoteFor {
		return e
	}
	return catalogue.Estimate{Known: true, Total: q.price, Seconds: s.model.Seconds(v), Confidence: catalogue.ConfidenceQuote}
}

// Forget drops the services' answers, after a key or a service was changed.
func (s *Screen) Forget() tea.Cmd {
	clear(s.quotes)
	s.wanted = ""
	s.refresh()
	return s.wantQuote()
}

// short returns a sentence about a balance that does not cover the price, and
// reports whether it does not.
func (s *Screen) short() (words safe.String, short bool) {
	left, known := s.s.Balances[s.model.Provider]
	most, priced := s.price.Times(s.draft.Count).Ceiling()
	if !known || !priced || most <= left {
		return "", false
	}
	return "The balance is " + safe.Line(left.String()) + ": it does not cover this.", true
}

// goElsewhere moves the draft to the next service that has the same clip, with
// its resolution, length and sound.
func (s *Screen) goElsewhere() (m *catalogue.Model, text safe.String) {
	list := s.elsewhere()
	if len(list) == 0 {
		return nil, "No other service has such a model."
	}
	to := list[0]
	s.keepForm()
	for _, r := range []catalogue.Role{catalogue.RoleResolution, catalogue.RoleDuration, catalogue.RoleAudioToggle} {
		if x, ok := to.Values[r]; ok {
			s.draft.Values[r] = x
		}
	}
	text = "Moved to " + words.Service(to.Model.Provider) + ": " + words.Model(to.Model) + "."
	if len(to.Differs) > 0 {
		text += " It differs: " + words.Differs(to.Differs) + "."
	}
	return to.Model, text
}

// elsewhere returns the same clip at the other services; for a model with
// several tasks, the draft's images determine the task.
func (s *Screen) elsewhere() []catalogue.Match {
	return s.s.Catalogue.Now().Elsewhere(s.model, s.draft.Values)
}

// elsewhereWords returns the prices of the same clip at the other services,
// with the differences.
func (s *Screen) elsewhereWords() safe.String {
	var parts []string
	for _, x := range s.elsewhere() {
		e := x.Model.Estimate(x.Values, s.look).Times(s.draft.Count)
		price := safe.Line(e.String())
		if !e.Known && e.High == 0 {
			price = "price unknown"
		}
		part := words.Service(x.Model.Provider) + " " + price
		if len(x.Differs) > 0 {
			part += " (" + words.Differs(x.Differs) + ")"
		}
		parts = append(parts, string(part))
	}
	if len(parts) == 0 {
		return ""
	}
	return safe.Line(strings.Join(parts, ", ")) + ", " + safe.Line(s.s.Keys.Form.Other.Help().Key)
}
