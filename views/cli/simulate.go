package cli

import (
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"

	"seedreel/client/all"
	"seedreel/client/catalogue"
	"seedreel/client/simulator"
	"seedreel/client/usd"
	"seedreel/state/engine"
	"seedreel/state/settings"
	"seedreel/views/words"
)

// simulateFlags are the flags of simulate.
type simulateFlags struct {
	listen, level, balance, models string
	speed                          float64
	control, json                  bool
}

// simulate serves the services alone, for scripts and for other clients. It
// needs none of the program's folders: uploads go to a temporary one.
func (c *commands) simulate() *cobra.Command {
	var f simulateFlags
	cmd := &cobra.Command{
		Use:   "simulate",
		Short: "Serve the services on this machine; nothing is billed",
		Long: "simulate serves the APIs of " + string(words.Services()) + " from this machine. The first line it prints is\n" +
			"its address. Any key that is not empty is an account there, with money of its own to practise with.\n\n" +
			"Faults are scripted under " + simulator.ControlPath + "faults: POST one as JSON, such as\n" +
			`{"kind":"lost","match":{"op":"submit"}}, GET what is still to come, DELETE all of it. ` + simulator.ControlPath + "tasks\n" +
			"and " + simulator.ControlPath + "bill tell what was accepted and charged.",
		Example: "seedreel simulate --listen 127.0.0.1:0 --speed 10 --level bronze --balance 5",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			o, err := c.simulatorOptions(&f)
			if err != nil {
				return err
			}
			// Files that are handed over go to the disk: many large ones would
			// not fit in memory.
			if o.UploadDir, err = os.MkdirTemp("", "seedreel-simulator-"); err != nil {
				return fmt.Errorf("making a folder for uploads: %w", err)
			}
			defer func() { err = errors.Join(err, os.RemoveAll(o.UploadDir)) }()
			// What was needed for a moment is given back.
			if debug.SetMemoryLimit(-1) == math.MaxInt64 {
				debug.SetMemoryLimit(simulatorMemory)
			}
			sim, err := simulator.New(o)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, sim.Close()) }()
			var lc net.ListenConfig
			ln, err := lc.Listen(cmd.Context(), "tcp", f.listen)
			if err != nil {
				return fmt.Errorf("listening on %s: %w", f.listen, err)
			}
			if err := c.announce("http://"+ln.Addr().String(), &f); err != nil {
				return err
			}
			return simulator.Serve(cmd.Context(), ln, sim)
		},
	}
	cmd.Flags().StringVar(&f.listen, "listen", "127.0.0.1:0", "address to listen on; port 0 takes any free one")
	cmd.Flags().Float64Var(&f.speed, "speed", 1, "how much faster than life jobs run")
	cmd.Flags().StringVar(&f.level, "level", "off", "account level whose limits hold: off, bronze, silver, gold or ultra")
	cmd.Flags().StringVar(&f.balance, "balance", "", "dollars that every account starts with; plenty when not given")
	cmd.Flags().StringVar(&f.models, "models", "", "file with models to serve beside those of the catalogue, in its form")
	cmd.Flags().BoolVar(&f.control, "control", true, "serve "+simulator.ControlPath+", to script faults and read the bill")
	jsonFlag(cmd, &f.json, "where it is")
	return cmd
}

// simulatorMemory is how much memory the simulator is to get along with, unless
// GOMEMLIMIT sets another one.
const simulatorMemory = 128 << 20

// simulatorLine is the address of the simulator as JSON.
type simulatorLine struct {
	URL     string  `json:"url"`
	Speed   float64 `json:"speed"`
	Level   string  `json:"level"`
	Control bool    `json:"control"`
}

// announce writes the one line of result, once requests are accepted.
func (c *commands) announce(url string, f *simulateFlags) error {
	if f.json {
		return c.object(simulatorLine{URL: url, Speed: f.speed, Level: f.level, Control: f.control})
	}
	return c.print("%s", url)
}

// simulatorOptions checks the flags. Only addresses of this machine are
// allowed: any key is accepted.
func (c *commands) simulatorOptions(f *simulateFlags) (simulator.Options, error) {
	o := simulator.Options{Dialects: all.Dialects(), Now: c.o.Now, Speed: f.speed, Control: f.control}
	host, _, err := net.SplitHostPort(f.listen)
	if err != nil || !settings.Loopback(host) {
		return o, exit(ExitUsage, "seedreel: --listen is %q; it must be an address of this machine such as 127.0.0.1:8080", f.listen)
	}
	if f.speed <= 0 {
		return o, exit(ExitUsage, "seedreel: --speed is %g; it must be above 0", f.speed)
	}
	if o.Level, err = simulator.FindLevel(f.level); err != nil {
		return o, exit(ExitUsage, "seedreel: --level: %v", err)
	}
	if f.balance != "" {
		b, err := usd.Parse(f.balance)
		if err != nil || b < 0 {
			return o, exit(ExitUsage, "seedreel: --balance is %q; it must be an amount of dollars such as 5 or 0.50", f.balance)
		}
		o.Balance = &b
	}
	if f.models != "" {
		if o.ExtraModels, err = readModels(f.models); err != nil {
			return o, err
		}
	}
	paths, err := settings.FindPaths(c.o.Getenv)
	if err != nil {
		return o, err
	}
	cat, err := engine.LoadCatalogue(paths.CatalogueFile())
	o.Catalogue = catalogue.NewShelf(cat)
	return o, err
}

// readModels reads a models file of limited size.
func readModels(path string) ([]byte, error) {
	const most = 64 << 20
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("opening the models: %w", err)
	}
	defer func() { _ = f.Close() }() // only read from
	b, err := io.ReadAll(io.LimitReader(f, most))
	if err != nil {
		return nil, fmt.Errorf("reading the models: %w", err)
	}
	return b, nil
}
