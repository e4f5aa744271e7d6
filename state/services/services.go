// Package services sets up the video services from settings and keys: which of
// them can be used, at which address, and whether everything goes to the
// simulator in this process instead.
package services

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"seedreel/client"
	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/client/rest"
	"seedreel/client/secret"
	"seedreel/client/simulator"
	"seedreel/state/job"
	"seedreel/state/settings"
)

// practiceKey is the key for the in-process simulator, which takes any.
const practiceKey = "practice"

// Options configures Services.
type Options struct {
	Settings    *settings.Settings
	Credentials *settings.Credentials
	Catalogue   *catalogue.Shelf
	// Practice goes before the setting of that name, "" does not.
	Practice string
	// Simulator configures the in-process simulator, which is started on first
	// use.
	Simulator simulator.Options
	Version   string
	Now       func() time.Time
	// Observe is called for every request to a service; see rest.Config.
	Observe func(r *http.Request, status int, took time.Duration, err error)
}

// Services returns a Provider per service. It is safe for concurrent use.
type Services struct {
	o  Options
	mu sync.Mutex
	// set is a copy: the screens change theirs while steps run.
	set settings.Settings

	practice bool
	// version counts the times that settings and keys were read.
	version int
	// steady is set if a missing key is no reason to practise.
	steady  bool
	keyed   bool
	state   map[string]state
	live    map[string]client.Provider
	sim     map[string]client.Provider
	simBase string
	simDial func(ctx context.Context, network, addr string) (net.Conn, error)
	stop    []func()
	// keys are all that were ever read, to be kept out of the log.
	keys []secret.Secret
}

// state is what is known of one service's key.
type state struct {
	key    secret.Secret
	source settings.Source
	err    error
	// account names the key and the address, see job.Account.
	account string
}

// NoKeyError is returned if a service cannot be used for want of a key.
type NoKeyError struct{ Provider string }

// Error names the service.
func (e *NoKeyError) Error() string { return "no key for " + e.Provider }

// New reads the keys. A credentials file that must not be used is not an error
// here: Provider, Ready and KeyState return it.
func New(o Options) (*Services, error) {
	s := &Services{o: o, set: *o.Settings, sim: map[string]client.Provider{}}
	if err := s.Reload(); err != nil {
		return nil, err
	}
	return s, nil
}

// Reload reads settings and keys again after a person changed them.
func (s *Services) Reload() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state = map[string]state{}
	s.live = map[string]client.Provider{}
	any := false
	for _, id := range all.IDs() {
		key, source, err := s.o.Credentials.Key(id)
		base := s.set.Service(id).BaseURL
		s.state[id] = state{key: key, source: source, err: err, account: job.Account(fingerprint(id, base, key), base)}
		if key.IsSet() && !slices.ContainsFunc(s.keys, key.Equal) {
			s.keys = append(s.keys, key)
		}
		any = any || key.IsSet() || err != nil
		if !key.IsSet() {
			continue
		}
		p, err := s.make(id, rest.Config{Base: base, Key: key, Version: s.o.Version, Now: s.o.Now, Observe: s.o.Observe})
		if err != nil {
			return fmt.Errorf("setting up %s: %w", id, err)
		}
		s.live[id] = p
	}
	s.keyed = any
	s.side()
	s.version++
	return nil
}

// Version grows whenever settings or keys are read again.
func (s *Services) Version() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.version
}

// side decides where new jobs go.
func (s *Services) side() {
	mode := s.set.Practice
	if s.o.Practice != "" {
		mode = s.o.Practice
	}
	s.practice = mode == settings.PracticeAlways || mode == settings.PracticeAuto && !s.keyed && !s.steady
}

// Steady keeps new jobs from becoming practice for want of a key. From then on
// they fail with *NoKeyError, unless practice was asked for.
func (s *Services) Steady() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.steady = true
	s.side()
}

// Keyed reports whether any service has a key, or one that cannot be read.
func (s *Services) Keyed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.keyed
}

// fingerprint names a key at an address without revealing it: a part of
// a keyed hash.
func fingerprint(id, base string, key secret.Secret) string {
	if !key.IsSet() {
		return ""
	}
	m := hmac.New(sha256.New, []byte(key.Reveal()))
	_, _ = io.WriteString(m, "account at "+id+" "+strings.TrimRight(base, "/")) // a hash takes all
	return hex.EncodeToString(m.Sum(nil)[:8])
}

// Account names the account in use at a service, "" where there is none:
// without a key, and in practice.
func (s *Services) Account(id string, practice bool) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if st := s.state[id]; !practice && st.key.IsSet() {
		return st.account
	}
	return ""
}

func (s *Services) make(id string, c rest.Config) (client.Provider, error) {
	d, ok := all.Find(id)
	if !ok {
		return nil, fmt.Errorf("there is no service %q", id)
	}
	return d.New(c, s.set.Service(id).Extra)
}

// Secrets returns all keys used since the start, to be kept out of logs.
func (s *Services) Secrets() []secret.Secret {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.keys)
}

// Practice reports whether new jobs go to the simulator in this process.
func (s *Services) Practice() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.practice
}

// KeyState returns where a service's key comes from, and what is wrong with the
// credentials file.
func (s *Services) KeyState(id string) (settings.Source, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state[id].source, s.state[id].err
}

// Ready returns why a service cannot take new jobs: a *NoKeyError or what is
// wrong with the credentials. It returns nil if it can.
func (s *Services) Ready(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch st := s.state[id]; {
	case s.practice:
		return nil
	case st.err != nil:
		return st.err
	case s.live[id] == nil:
		return &NoKeyError{Provider: id}
	}
	return nil
}

// Provider returns the service for a job: the real one, or the simulator for a
// practice job.
func (s *Services) Provider(id string, practice bool) (client.Provider, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if practice {
		return s.simulated(id)
	}
	if p := s.live[id]; p != nil {
		return p, nil
	}
	if err := s.state[id].err; err != nil {
		return nil, err
	}
	return nil, &NoKeyError{Provider: id}
}

func (s *Services) simulated(id string) (client.Provider, error) {
	if p := s.sim[id]; p != nil {
		return p, nil
	}
	if err := s.start(); err != nil {
		return nil, err
	}
	p, err := s.make(id, rest.Config{Base: s.simBase, Key: secret.New(practiceKey), Dial: s.simDial, Version: s.o.Version, Now: s.o.Now, Observe: s.o.Observe})
	if err != nil {
		return nil, err
	}
	s.sim[id] = p
	return p, nil
}

// start starts the simulator, over pipes within the process: no port is opened.
func (s *Services) start() error {
	if s.simBase != "" {
		return nil
	}
	o := s.o.Simulator
	o.Catalogue, o.Dialects, o.Speed = s.o.Catalogue, all.Dialects(), s.set.SimulatorSpeed
	sim, err := simulator.New(o)
	if err != nil {
		return fmt.Errorf("starting the simulator: %w", err)
	}
	base, dial, stop := sim.Pipe()
	s.simBase, s.simDial = base, dial
	s.stop = append(s.stop, stop, func() { _ = sim.Close() }) // it only closes its journal
	return nil
}

// SimulatorHost returns the host name of practice clips, and how to reach it.
func (s *Services) SimulatorHost() (host string, dial func(ctx context.Context, network, addr string) (net.Conn, error)) {
	return strings.TrimPrefix(simulator.BasePipe, "http://"), func(ctx context.Context, network, addr string) (net.Conn, error) {
		s.mu.Lock()
		err := s.start()
		dial := s.simDial
		s.mu.Unlock()
		if err != nil {
			return nil, err
		}
		return dial(ctx, network, addr)
	}
}

// Loopback reports whether a service, as configured now, is on this machine,
// and its address: then its clips may come from here too.
func (s *Services) Loopback(id string) (addr string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := url.Parse(s.set.Service(id).BaseURL)
	if err != nil || !settings.Loopback(u.Hostname()) {
		return "", false
	}
	return u.Host, true
}

// Close stops the simulator and closes all connections.
func (s *Services) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	type idler interface{ CloseIdle() }
	for _, m := range []map[string]client.Provider{s.live, s.sim} {
		for _, p := range m {
			if c, ok := p.(idler); ok {
				c.CloseIdle()
			}
		}
	}
	for _, f := range s.stop {
		f()
	}
	s.stop, s.simBase = nil, ""
}

// SaveKey keeps a key in the credentials file and uses it from now on.
func (s *Services) SaveKey(id, key string) error {
	if err := s.o.Credentials.SaveKey(id, key); err != nil {
		return fmt.Errorf("keeping the key: %w", err)
	}
	return s.Reload()
}

// RemoveKey removes a key from the credentials file. It does not affect one
// from the environment.
func (s *Services) RemoveKey(id string) error {
	if err := s.o.Credentials.RemoveKey(id); err != nil {
		return fmt.Errorf("removing the key: %w", err)
	}
	return s.Reload()
}

// Use adopts changed settings. Addresses and limits apply from the next request
// on.
func (s *Services) Use(v settings.Settings) error {
	s.mu.Lock()
	s.set = v
	s.mu.Unlock()
	return s.Reload()
}

// Follow adopts settings and keys as they are in the files now. It does nothing
// if they are unchanged.
func (s *Services) Follow(v settings.Settings) error {
	s.mu.Lock()
	same := reflect.DeepEqual(v, s.set)
	for _, id := range all.IDs() {
		key, _, err := s.o.Credentials.Key(id)
		st := s.state[id]
		same = same && key.Equal(st.key) && (err == nil) == (st.err == nil)
	}
	s.mu.Unlock()
	if same {
		return nil
	}
	return s.Use(v)
}

// Limits returns how many clips may be in flight and how many submits are
// allowed per minute.
func (s *Services) Limits(id string) (inFlight, perMinute int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.set.Service(id)
	return v.InFlight, v.SubmitsPerMinute
}
