module github.com/charmbracelet/ultraviolet

go 1.26.0

require (
	github.com/charmbracelet/colorprofile v0.4.3
	github.com/charmbracelet/x/ansi v0.11.9
	published.invalid/ultraviolet v0.0.0
)
