// Package engine assembles the lower layers: folders, settings, catalogue,
// store, services, queue. The screens and the plain commands both run on one
// Engine and do not know how it was made.
package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"seedreel/assets"
	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/client/prompting"
	"seedreel/client/simulator"
	"seedreel/state/account"
	"seedreel/state/disk"
	"seedreel/state/download"
	"seedreel/state/frames"
	"seedreel/state/instance"
	"seedreel/state/job"
	"seedreel/state/log"
	"seedreel/state/media"
	"seedreel/state/order"
	"seedreel/state/queue"
	"seedreel/state/services"
	"seedreel/state/settings"
	"seedreel/state/store"
)

// Options configures an Engine.
type Options struct {
	Getenv  settings.Env
	Now     func() time.Time
	Version string
	// Zone is the time zone of days and file names; UTC if nil.
	Zone *time.Location
	// Practice goes before the setting of that name, "" does not.
	Practice string
	// Unattended is set if nobody sees whether clips are practice. Then a home
	// that has ever had a key does not practise for want of one.
	Unattended bool
	// Debug logs every request: method, host, path, status and time, never a
	// header or a body.
	Debug bool
	// BuiltIn holds the built-in models if they have been read already; if it is
	// nil they are read.
	BuiltIn *catalogue.Catalogue
	// Thorough checks the whole history for damage first.
	Thorough bool
}

// Engine is everything below the screens.
type Engine struct {
	Paths    settings.Paths
	Settings *settings.Settings
	// Catalogue holds the models, shared by all parts.
	Catalogue *catalogue.Shelf
	// Rules are what prompts are checked by.
	Rules    *prompting.Rules
	Store    *store.Store
	Services *services.Services
	Queue    *queue.Queue
	Account  *account.Account
	// Desk takes orders: the only way to anything that may cost money.
	Desk *order.Desk
	// Downloads fetches clips after the queue is done with them.
	Downloads *download.Downloader
	Instance  *instance.Instance
	// Log is the program's own log; nil if it cannot be written.
	Log *log.Log
	// Notices are things a person should know that happened while opening, one
	// sentence each.
	Notices []string

	// Rebuilt is what came back when the history had to be begun anew.
	Rebuilt Rebuilt

	// ModelsProblem is why nothing can be ordered, or nil: the person's own
	// models cannot be read, or the settings name a missing model. Existing
	// jobs and clips remain available.
	ModelsProblem error

	o       Options
	closers []func() error
}

// Open makes an engine. Its error is one sentence for a person, for example
// about a broken settings file or a folder that cannot be written.
func Open(ctx context.Context, o Options) (e *Engine, err error) {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	e = &Engine{o: o}
	defer func() {
		if err != nil {
			err = errors.Join(err, e.Close())
			e = nil
		}
	}()
	settings.Umask()
	if err := e.openConfig(); err != nil {
		return e, err
	}
	// Reading the models takes as long as opening the history.
	read := make(chan models, 1)
	go func() { read <- readModels(e.Paths, e.o.BuiltIn) }()
	dataErr := e.openData(ctx)
	if err := e.takeModels(<-read); err != nil {
		return e, err
	}
	if dataErr != nil {
		return e, dataErr
	}
	if err := e.openQueue(ctx); err != nil {
		return e, err
	}
	return e, e.rebuild(ctx)
}

// openConfig finds the folders and loads the settings.
func (e *Engine) openConfig() error {
	var err error
	if e.Paths, err = settings.FindPaths(e.o.Getenv); err != nil {
		return err
	}
	s, err := settings.Load(e.Paths.SettingsFile(), e.o.Getenv)
	if err != nil {
		return err
	}
	e.Settings = &s
	e.Rules, err = prompting.Load(assets.PromptRules())
	return err
}

// newID returns the id of a job: 12 letters of a-z2-7.
func newID() (string, error) { return strings.ToLower(rand.Text()[:12]), nil }

// openData makes the folders and opens the store.
func (e *Engine) openData(ctx context.Context) error {
	err := e.enter()
	if disk.Full(err) && store.FreeBallast(e.Paths.StoreFile()) {
		err = e.enter()
	}
	if err != nil {
		return err
	}
	e.openLog()
	st, err := store.Open(ctx, store.Options{Path: e.Paths.StoreFile(), Now: e.o.Now, Thorough: e.o.Thorough})
	if err != nil {
		return err
	}
	e.Store = st
	e.closers = append(e.closers, st.Close)
	e.logStore()
	switch err := st.ReadOnly(); {
	case st.Full != nil && err != nil:
		e.Notices = append(e.Notices, "The disk is full, so the history can only be looked at. Make room and start again; jobs go on then.")
	case st.Full != nil:
		e.Notices = append(e.Notices, "The disk is full: nothing new is accepted and no clip is saved until there is room.")
	case err != nil:
		e.Notices = append(e.Notices, err.Error())
	}
	return nil
}

// enter makes the folders and starts the instance.
func (e *Engine) enter() error {
	if err := e.Paths.Ensure(); err != nil {
		return err
	}
	in, err := instance.Start(e.Paths.State)
	if err != nil {
		return err
	}
	e.Instance = in
	e.closers = append(e.closers, in.Close)
	return nil
}

func (e *Engine) openQueue(ctx context.Context) error {
	sim := simulator.Options{
		Now: e.o.Now, Journal: filepath.Join(e.Paths.State, "simulator.jsonl"),
		Cache: filepath.Join(e.Paths.State, "simulator", "clips"), UploadDir: filepath.Join(e.Paths.State, "simulator", "uploads"),
		FFmpeg: FindFFmpeg(),
	}
	sv, err := services.New(services.Options{
		Settings: e.Settings, Credentials: settings.NewCredentials(e.Paths.CredentialsFile(), e.o.Getenv),
		Catalogue: e.Catalogue, Practice: e.o.Practice, Simulator: sim, Version: e.o.Version, Now: e.o.Now,
		Observe: e.observe(),
	})
	if err != nil {
		return err
	}
	e.Services = sv
	if err := e.rememberKey(ctx); err != nil {
		return err
	}
	e.closers = append(e.closers, func() error { sv.Close(); return nil })
	clips, err := e.Paths.ClipsDir(e.Settings.ClipsDir, e.o.Getenv)
	if err != nil {
		return err
	}
	host, dial := sv.SimulatorHost()
	loopback := false
	for _, id := range all.IDs() {
		_, here := sv.Loopback(id)
		loopback = loopback || here
	}
	var look func(ctx context.Context, path string) error
	if tool, err := frames.Find(exec.LookPath); err == nil {
		look = tool.Decodes
	}
	d := download.New(download.Options{
		Look:      look,
		UserAgent: "seedreel/" + e.o.Version, AllowLoopback: loopback, DialHosts: map[string]download.DialFunc{host: dial},
		Proxy: http.ProxyFromEnvironment, Now: e.o.Now, Observe: e.observe(),
	})
	e.Downloads = d
	e.closers = append(e.closers, func() error { d.Close(); return nil })
	e.Queue = queue.New(queue.Options{
		Store: e.Store, Providers: sv.Provider, Account: sv.Account, Catalogue: e.Catalogue, Downloader: d, Instance: e.Instance, Media: media.File,
		Refresh: func() error { _, err := e.rules(); return err },
		Dir:     func(*job.Job) string { return clips }, Limits: e.limit, Now: e.o.Now, Zone: e.o.Zone,
		Log: e.Log.Logger(), Ended: e.hooks().Ended, Stem: e.stem,
	})
	e.Account = account.New(account.Options{Providers: sv.Provider, Account: sv.Account, Catalogue: e.Catalogue, Store: e.Store, Now: e.o.Now, Log: e.Log.Logger(), NewID: newID})
	e.openDesk()
	return nil
}

// limit returns the limits that the settings set for a service. The simulator
// has the real service's limits, so that practice is realistic.
func (e *Engine) limit(s store.Service) store.Limit {
	inFlight, perMinute := e.Services.Limits(s.Provider)
	d, _ := all.Find(s.Provider)
	return store.Limit{InFlight: inFlight, PerMinute: perMinute, PollsPerSecond: d.Polls.For(inFlight)}
}

// Look returns the facts of one piece of media; it reads the disk.
func (e *Engine) Look(item string) (catalogue.Facts, error) {
	return media.Look(item, settings.Home(e.o.Getenv))
}

// Close closes everything in the reverse order of opening.
func (e *Engine) Close() error {
	var errs []error
	for i := len(e.closers) - 1; i >= 0; i-- {
		errs = append(errs, e.closers[i]())
	}
	e.closers = nil
	return errors.Join(errs...)
}

// FindFFmpeg returns the path of ffmpeg, or "" if it is not installed.
func FindFFmpeg() string {
	p, err := exec.LookPath("ffmpeg")
	if err != nil {
		return ""
	}
	return p
}
