// Package service describes a video service to the rest of the program: what
// it is called, where it is, how hard it may be pressed and what it can do.
//
// The folder of a service exports one Descriptor, and package all lists them.
// Everything above reads what it needs from there and knows no service by name.
package service

import (
	"strings"
	"time"

	"seedreel/client"
	"seedreel/client/rest"
	"seedreel/client/simulator"
)

// Descriptor is what a service's folder exports about it.
type Descriptor struct {
	// ID is the name of the service in the catalogue, in settings and on the
	// command line: lower case letters and digits.
	ID string
	// Name is what its owner calls it.
	Name string
	// KeyVar and BaseVar are the environment variables that go before the key
	// and the address of the settings.
	KeyVar, BaseVar string
	// Base is the address of the API, without a slash at the end.
	Base string
	// Address returns the address that goes with extra settings, where they
	// decide on it; nil where Base is the only one.
	Address func(extra map[string]string) string
	// KeyNote is what to know before a key is set, one sentence; "" for nothing.
	KeyNote string
	// Limits are the defaults of what an account may do.
	Limits Limits
	// Polls is how often the service may be asked how jobs are doing.
	Polls Polls
	// LinkLife is how long the link of an upload is used again. It is shorter
	// than the link lives, so that the job that uses it last still can. 0 for
	// a service without uploads.
	LinkLife time.Duration
	// ListsBack is how far into the past the service's own list goes.
	ListsBack time.Duration
	// Can is what the service offers beside making clips.
	Can Abilities
	// Settings are what it asks for beside address and limits.
	Settings []Setting
	// New returns a provider for one account; it sends nothing. extra holds a
	// value for each of Settings.
	New func(c rest.Config, extra map[string]string) (client.Provider, error)
	// Simulate makes the service's practice twin; nil where there is none.
	Simulate simulator.NewDialect
}

// Limits bound what an account asks a service for.
type Limits struct {
	// InFlight is how many clips may be under way at a time.
	InFlight int
	// SubmitsPerMinute is how many clips may be asked for in a minute.
	SubmitsPerMinute int
}

// Polls bounds how often a service is asked how jobs are doing.
type Polls struct {
	// Pace is the shortest pause between two looks at one job.
	Pace time.Duration
	// PerSecond is how many looks at all jobs may begin in a second.
	PerSecond int
}

// Abilities are what a service offers beside making clips. Each but Upload is an interface of package client that its provider implements.
type Abilities struct {
	// Quote prices a clip without making it (client.Quoter).
	Quote bool
	// Balance returns what is left on the account (client.Balancer).
	Balance bool
	// Charge returns what a clip was billed (client.Biller).
	Charge bool
	// List reads the service's own list of clips (client.Lister).
	List bool
	// Find looks for a clip whose answer was lost (client.Finder).
	Find bool
	// Models reads which models there are now (client.Modeler).
	Models bool
	// Cancel stops a clip that has not begun, free of charge (client.Canceler).
	Cancel bool
	// Rewrite rewrites prompts (client.Optimizer).
	Rewrite bool
	// Upload hands any media over; without it, images alone travel with the
	// request.
	Upload bool
	// Records deletes records from the service's list (client.Deleter).
	Records bool
}

// Setting is one that only this service has.
type Setting struct {
	// Name is the last word of the setting's key: services.ID.NAME.
	Name string
	// Label is the name on a screen, a few words.
	Label string
	// Values are the words it takes; any text if there are none.
	Values []string
	// Default is used where nothing is set.
	Default string
	// Help is one sentence on what it is for.
	Help string
}

// AddressFor returns the address of the API under the extra settings given.
func (d *Descriptor) AddressFor(extra map[string]string) string {
	if d.Address != nil {
		if a := d.Address(extra); a != "" {
			return strings.TrimRight(a, "/")
		}
	}
	return d.Base
}

// Defaults returns the defaults of the extra settings, by name.
func (d *Descriptor) Defaults() map[string]string {
	out := make(map[string]string, len(d.Settings))
	for _, s := range d.Settings {
		out[s.Name] = s.Default
	}
	return out
}
