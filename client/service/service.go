// Package service describes a video service to the rest of the program: its
// name, its address, its limits and its abilities.
//
// The folder of a service exports one Descriptor, and package all lists them.
// Everything above reads it from there and knows no service by name.
package service

import (
	"strings"
	"time"

	"seedreel/client"
	"seedreel/client/rest"
	"seedreel/client/simulator"
)

// Descriptor describes a service; its folder exports one.
type Descriptor struct {
	// ID is the name of the service in the catalogue, in settings and on the
	// command line: lower case letters and digits.
	ID string
	// Name is the name that its owner uses.
	Name string
	// KeyVar and BaseVar are the environment variables that override the key
	// and the address of the settings.
	KeyVar, BaseVar string
	// Base is the address of the API, without a slash at the end.
	Base string
	// Address returns the address for extra settings, if it depends on them;
	// nil if Base is the only one.
	Address func(extra map[string]string) string
	// KeyNote is one sentence to read before setting a key; "" for none.
	KeyNote string
	// Limits are the default limits of an account.
	Limits Limits
	// Polls bounds how often jobs may be polled.
	Polls Polls
	// LinkLife is how long the link of an upload is reused. It is shorter than
	// the link's own life, so that the last job to use it still can. 0 for a
	// service without uploads.
	LinkLife time.Duration
	// ListsBack is how far back the service's own list goes.
	ListsBack time.Duration
	// Can is what the service offers beside making clips.
	Can Abilities
	// Settings are the extra settings, beside address and limits.
	Settings []Setting
	// New returns a provider for one account; it sends nothing. extra holds a
	// value for each of Settings.
	New func(c rest.Config, extra map[string]string) (client.Provider, error)
	// Simulate returns the service's practice twin; nil if there is none.
	Simulate simulator.NewDialect
}

// Limits bounds an account's requests to a service.
type Limits struct {
	// InFlight is how many clips may be in progress at a time.
	InFlight int
	// SubmitsPerMinute is how many clips may be submitted per minute.
	SubmitsPerMinute int
}

// Polls bounds how often jobs are polled.
type Polls struct {
	// Pace is the shortest pause between two polls of one job.
	Pace time.Duration
	// PerSecond is how many polls of all jobs may begin per second, and Most how
	// many for an account with so many clips in progress: clips that were
	// submitted together end together. 0 is no more than PerSecond.
	PerSecond, Most int
}

// For returns how many polls may begin per second for an account that may have
// some clips in progress: enough to poll each of them within a second. Over time
// the pace of each job keeps them to a fraction of that.
func (p Polls) For(inFlight int) int { return max(p.PerSecond, min(inFlight, p.Most)) }

// Abilities are what a service offers beside making clips. Each but Upload is
// an interface of package client that its provider implements.
type Abilities struct {
	// Quote prices a clip without making it (client.Quoter).
	Quote bool
	// Balance reads the balance of the account (client.Balancer).
	Balance bool
	// Charge reads the charge for a clip (client.Biller).
	Charge bool
	// List reads the service's own list of clips (client.Lister).
	List bool
	// Find searches for a clip whose answer was lost (find.Finder).
	Find bool
	// Models reads the current models (client.Modeler).
	Models bool
	// Cancel stops a clip that has not started, free of charge
	// (client.Canceler).
	Cancel bool
	// Rewrite rewrites prompts (client.Optimizer).
	Rewrite bool
	// Upload hands over any media; without it, images alone travel with the
	// request.
	Upload bool
	// Records deletes records from the service's list (client.Deleter).
	Records bool
}

// Setting is a setting that only this service has.
type Setting struct {
	// Name is the last part of the setting's key: services.ID.NAME.
	Name string
	// Label is its name on a screen, a few words.
	Label string
	// Values are the allowed values; any text if empty.
	Values []string
	// Default is used where nothing is set.
	Default string
	// Help is one sentence on its purpose.
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
