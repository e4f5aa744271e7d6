package cli

import (
	"fmt"
	"net"

	"github.com/spf13/cobra"

	"seedreel/client/simulator"
	"seedreel/state/engine"
	"seedreel/state/settings"
)

// simulate serves both services alone, for scripts and for other clients. It
// needs no folder of ours: everything is kept in memory.
func (c *commands) simulate() *cobra.Command {
	var listen string
	var speed float64
	cmd := &cobra.Command{
		Use:   "simulate",
		Short: "Serve both services on this machine; nothing is billed",
		Long: "simulate serves the APIs of WaveSpeedAI and the AI/ML API from this machine. The first line it prints is\n" +
			"its address. Any key that is not empty is an account there.",
		Example: "seedreel simulate --listen 127.0.0.1:0 --speed 10",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			host, _, err := net.SplitHostPort(listen)
			if err != nil || !settings.Loopback(host) {
				return exit(ExitUsage, "seedreel: --listen is %q; it must be an address of this machine such as 127.0.0.1:8080", listen)
			}
			if speed <= 0 {
				return exit(ExitUsage, "seedreel: --speed is %g; it must be above 0", speed)
			}
			paths, err := settings.FindPaths(c.o.Getenv)
			if err != nil {
				return err
			}
			cat, err := engine.LoadCatalogue(paths.CatalogueFile())
			if err != nil {
				return err
			}
			sim, err := simulator.New(simulator.Options{Catalogue: cat, Now: c.o.Now, Speed: speed})
			if err != nil {
				return err
			}
			var lc net.ListenConfig
			ln, err := lc.Listen(cmd.Context(), "tcp", listen)
			if err != nil {
				return fmt.Errorf("listening on %s: %w", listen, err)
			}
			if _, err := fmt.Fprintf(c.o.Out, "http://%s\n", ln.Addr()); err != nil {
				return err
			}
			return simulator.Serve(cmd.Context(), ln, sim)
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:0", "address to listen on; port 0 takes any free one")
	cmd.Flags().Float64Var(&speed, "speed", 1, "how much faster than life jobs run")
	return cmd
}
