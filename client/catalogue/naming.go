package catalogue

import (
	"strconv"
	"strings"
)

// ImageName is how prompts name the pictures given as references. An empty
// Provider matches all; the first match wins.
type ImageName struct {
	Provider string `json:"provider"`
	// Form has {n} where the number is, counted from 1: "[Image {n}]".
	Form   string `json:"form"`
	Source string `json:"source"`
}

// nameImages sets how a prompt for the model names its references.
func (c *Catalogue) nameImages(m *Model) {
	for _, n := range c.imageNames {
		if n.Provider == "" || n.Provider == m.Provider {
			m.imageForm = n.Form
			return
		}
	}
}

// NameImage returns how a prompt for the model names its n-th reference
// picture, counted from 1; "" if that is not known.
func (m *Model) NameImage(n int) string {
	return strings.ReplaceAll(m.imageForm, "{n}", strconv.Itoa(n))
}
