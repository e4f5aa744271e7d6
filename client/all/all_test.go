package all_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"seedreel/client"
	"seedreel/client/all"
	"seedreel/client/find"
	"seedreel/client/rest"
	"seedreel/client/secret"
)

// A provider implements exactly what its descriptor declares: the screens
// offer one and the account asks for the other.
func TestAbilitiesAreWhatTheProviderImplements(t *testing.T) {
	t.Parallel()
	for _, d := range all.Services() {
		p, err := d.New(rest.Config{Base: d.AddressFor(d.Defaults()), Key: secret.New("k"), Now: time.Now}, d.Defaults())
		if err != nil {
			t.Fatalf("%s: %v", d.ID, err)
		}
		if p.ID() != d.ID {
			t.Errorf("the provider of %s is called %s", d.ID, p.ID())
		}
		_, quote := p.(client.Quoter)
		_, balance := p.(client.Balancer)
		_, charge := p.(client.Biller)
		_, list := p.(client.Lister)
		_, find := p.(find.Finder)
		_, models := p.(client.Modeler)
		_, rewrite := p.(client.Optimizer)
		_, records := p.(client.Deleter)
		_, cancel := p.(client.Canceler)
		for name, pair := range map[string][2]bool{
			"quote": {d.Can.Quote, quote}, "balance": {d.Can.Balance, balance}, "charge": {d.Can.Charge, charge},
			"list": {d.Can.List, list}, "find": {d.Can.Find, find}, "models": {d.Can.Models, models},
			"rewrite": {d.Can.Rewrite, rewrite}, "records": {d.Can.Records, records},
			"cancel": {d.Can.Cancel, cancel},
		} {
			if pair[0] != pair[1] {
				t.Errorf("%s, %s: the descriptor has %v, the provider %v", d.ID, name, pair[0], pair[1])
			}
		}
	}
}

func TestDescriptorsAreWhole(t *testing.T) {
	t.Parallel()
	id := regexp.MustCompile(`^[a-z][a-z0-9]*$`)
	variable := regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)
	seen := map[string]string{}
	for _, d := range all.Services() {
		if !id.MatchString(d.ID) || d.Name == "" || d.New == nil {
			t.Errorf("%q: id, name or constructor is wrong", d.ID)
		}
		if !variable.MatchString(d.KeyVar) || !variable.MatchString(d.BaseVar) || !strings.HasPrefix(d.Base, "https://") || strings.HasSuffix(d.Base, "/") {
			t.Errorf("%s: %q, %q, %q", d.ID, d.KeyVar, d.BaseVar, d.Base)
		}
		if d.Limits.InFlight < 1 || d.Limits.SubmitsPerMinute < 1 || d.Polls.Pace < time.Second || d.Polls.PerSecond < 1 {
			t.Errorf("%s: %+v, %+v", d.ID, d.Limits, d.Polls)
		}
		if d.Can.Upload != (d.LinkLife > 0) || d.Can.List != (d.ListsBack > 0) {
			t.Errorf("%s: an upload has a life, a list a reach", d.ID)
		}
		for _, name := range []string{d.ID, d.Name, d.KeyVar, d.BaseVar} {
			if by, twice := seen[name]; twice {
				t.Errorf("%s and %s are both called %q", by, d.ID, name)
			}
			seen[name] = d.ID
		}
		if got, ok := all.Find(d.ID); !ok || got.Name != d.Name {
			t.Errorf("%s is not found", d.ID)
		}
	}
	if _, ok := all.Find("nobody"); ok {
		t.Error("a service is found that there is not")
	}
}
