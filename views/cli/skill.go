package cli

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/spf13/cobra"

	"seedreel/client/all"
)

// skillText is the frame of SKILL.md; commands, services and exit codes are
// filled in.
//
//go:embed skill.md.tmpl
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
			text, err := skillOf(cmd.Root())
			if err != nil {
				return err
			}
			if dir == "" {
				_, err = fmt.Fprint(c.o.Out, text)
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
func skillOf(root *cobra.Command) (string, error) {
	type group struct {
		Title    string
		Commands []*cobra.Command
	}
	data := struct {
		Services []string
		Groups   []group
		Codes    []exitCode
	}{Codes: exitCodes()}
	for _, d := range all.Services() {
		data.Services = append(data.Services, d.Name)
	}
	for _, g := range root.Groups() {
		x := group{Title: g.Title}
		for _, cmd := range root.Commands() {
			if cmd.GroupID == g.ID && cmd.IsAvailableCommand() {
				x.Commands = append(x.Commands, cmd)
			}
		}
		if len(x.Commands) > 0 {
			data.Groups = append(data.Groups, x)
		}
	}
	t, err := template.New("skill").Funcs(template.FuncMap{
		"join":  strings.Join,
		"code":  func(e exitCode) int { return e.code },
		"kind":  func(e exitCode) string { return e.kind },
		"means": func(e exitCode) string { return e.text },
	}).Parse(skillText)
	if err != nil {
		return "", fmt.Errorf("reading the frame of the skill: %w", err)
	}
	var b strings.Builder
	if err := t.Execute(&b, data); err != nil {
		return "", fmt.Errorf("filling in the skill: %w", err)
	}
	return b.String(), nil
}
