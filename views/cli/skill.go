package cli

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"seedreel/client/all"
)

// skillText is the frame of SKILL.md; commands, services and exit codes are
// filled in.
//
//go:embed skill.md
var skillText string

// skill writes what an agent has to know to use the program.
func (c *commands) skill() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "skill",
		Short: "Write a SKILL.md for agents",
		Long: "skill writes what an agent needs to use this program: commands, rules about money, exit codes. With --output it\n" +
			"becomes DIR/seedreel/SKILL.md, where agents look for skills, and replaces an earlier one.",
		Example: "seedreel skill > SKILL.md\nseedreel skill --output ~/.claude/skills",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			text := skillOf(cmd.Root())
			if dir == "" {
				_, err := fmt.Fprint(c.o.Out, text)
				return err
			}
			return c.writeSkill(dir, text)
		},
	}
	cmd.Flags().StringVarP(&dir, "output", "o", "", "folder of skills to write it into")
	_ = cmd.MarkFlagDirname("output") // known flag
	return cmd
}

func (c *commands) writeSkill(dir, text string) error {
	file, err := c.outputFile(filepath.Join(dir, "seedreel", "SKILL.md"))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		return fmt.Errorf("making the folder of the skill: %w", err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return fmt.Errorf("writing the skill: %w", err)
	}
	return c.print("%s", file)
}

// skillOf returns SKILL.md.
func skillOf(root *cobra.Command) string {
	var services []string
	for _, d := range all.Services() {
		services = append(services, d.Name)
	}
	var groups, codes []string
	for _, g := range root.Groups() {
		var list strings.Builder
		for _, cmd := range root.Commands() {
			if cmd.GroupID == g.ID && cmd.IsAvailableCommand() {
				fmt.Fprintf(&list, "\n- `%s`: %s.", cmd.CommandPath(), cmd.Short)
			}
		}
		if list.Len() > 0 {
			groups = append(groups, "\n"+g.Title+":\n"+list.String()+"\n")
		}
	}
	for _, e := range exitCodes() {
		codes = append(codes, fmt.Sprintf("| %d | %s | %s |", e.code, e.kind, e.text))
	}
	return strings.NewReplacer(
		"{services}", strings.Join(services, ", "), "{commands}", strings.Join(groups, ""), "{codes}", strings.Join(codes, "\n"),
	).Replace(skillText)
}
