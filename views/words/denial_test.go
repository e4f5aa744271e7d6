package words

import (
	"errors"
	"fmt"
	"testing"

	"seedreel/client"
	"seedreel/ui/safe"
)

func TestDenied(t *testing.T) {
	t.Parallel()
	const key, account, scope, spending = "refused the key", "does not let this account do it yet", "does not let this key do it", "stopped at the spending limit of the key"
	for text, want := range map[string]safe.String{
		"":                                       key,
		"invalid API key":                        key,
		"This request requires a valid API key.": key,
		"Your account is not verified yet.":      account,
		"Complete verification: https://x.test/verification": account,
		"The key lacks the scope model:video":                scope,
		"Missing permission for this model":                  scope,
		"The key has reached its spending limit":             spending,
	} {
		if got := denied("", text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestAnAccountInAnotherCurrencyIsNamed(t *testing.T) {
	t.Parallel()
	e := &client.Error{Kind: client.KindUnavailable, Provider: "p", Op: "reading the balance", Err: &client.CurrencyError{Currency: "EUR"}}
	if got := Error(e); got != Service("p")+" has the account in EUR; amounts here are in dollars" {
		t.Errorf("%q", got)
	}
}

func TestWhatABillLeavesOutIsTold(t *testing.T) {
	t.Parallel()
	odd := errors.Join(fmt.Errorf("a line in JPY: %w", client.ErrOdd), fmt.Errorf("a line of %q: %w", "8e12", client.ErrOdd))
	e := &client.Error{Kind: client.KindUnavailable, Provider: "p", Op: "reading the bill", Err: odd}
	if got := Error(e); got != Service("p")+` has a bill with a line in JPY: not counted; a line of "8e12": not counted` {
		t.Errorf("%q", got)
	}
}
