//go:build ignore

// Compact writes the model catalogue as it is built in: without blanks, and
// without the fields that say nothing. It is read at every start.
package main

import (
	"bytes"
	"encoding/json"
	"log"
	"os"
)

func main() {
	text, err := os.ReadFile("models.json")
	if err != nil {
		log.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber() // prices stay as they are written
	var all map[string]any
	if err := d.Decode(&all); err != nil {
		log.Fatal(err)
	}
	for _, m := range all["models"].([]any) {
		thin(m)
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(all); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile("models.compact.json", out.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}

// thin removes what is null from a model, except where the names are data: of a
// size it means that the service has it and nobody knows its pixels.
func thin(v any) {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			switch {
			case x == nil:
				delete(v, k)
			case k != "text_commands" && k != "frame_sizes":
				thin(x)
			}
		}
	case []any:
		for _, x := range v {
			thin(x)
		}
	}
}
