package jsonata

import (
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"sync"
)

// totalPrice is the key of the amount charged in a formula.
const totalPrice = "total_price"

// Parse parses a formula: {"total_price": EXPRESSION} or a bare expression.
func Parse(s string) (*Expr, error) {
	if len(s) > maxFormula {
		return nil, fmt.Errorf("%w: it has %d characters", ErrSyntax, len(s))
	}
	p := &parser{}
	if err := p.scan(s); err != nil {
		return nil, err
	}
	wrapped := p.take("{")
	if wrapped {
		if !p.next().quoted(totalPrice) {
			return nil, fmt.Errorf("%w: it holds no %s", ErrSyntax, totalPrice)
		}
		p.skip()
		if !p.take(":") {
			return nil, fmt.Errorf("%w: it holds no %s", ErrSyntax, totalPrice)
		}
	}
	root, err := p.expression(0)
	if err != nil {
		return nil, err
	}
	if wrapped && !p.take("}") || p.at < len(p.tokens) {
		return nil, fmt.Errorf("%w: %q is too much", ErrSyntax, p.next().text)
	}
	return &Expr{root}, nil
}

type tokenKind uint8

const (
	tokEnd tokenKind = iota
	tokNumber
	tokText
	tokName
	tokSign
)

type token struct {
	kind tokenKind
	text string
}

func (t token) quoted(s string) bool { return t.kind == tokText && t.text == s }

type parser struct {
	tokens []token
	at     int
}

var lexeme = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:([0-9]+(?:\.[0-9]+)?)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(\$?[A-Za-z_][A-Za-z0-9_]*)|(!=|<=|>=|[-+*/=<>?:(),\[\]{}]))`)
})

func (p *parser) scan(s string) error {
	for {
		s = strings.TrimLeft(s, " \t\r\n")
		if s == "" {
			return nil
		}
		m := lexeme().FindStringSubmatch(s)
		if m == nil {
			return fmt.Errorf("%w at %.10q", ErrSyntax, s)
		}
		s = s[len(m[0]):]
		switch {
		case m[1] != "":
			if len(m[1]) > MaxDigits {
				return fmt.Errorf("%w: the number %.20s", ErrSyntax, m[1])
			}
			p.tokens = append(p.tokens, token{tokNumber, m[1]})
		case m[2] != "":
			text, err := unquote(m[2])
			if err != nil {
				return err
			}
			p.tokens = append(p.tokens, token{tokText, text})
		case m[3] != "":
			p.tokens = append(p.tokens, token{tokName, m[3]})
		default:
			p.tokens = append(p.tokens, token{tokSign, m[4]})
		}
	}
}

func unquote(s string) (string, error) {
	in := s[1 : len(s)-1]
	if s[0] == '\'' {
		if strings.ContainsAny(in, `\"`) {
			return "", fmt.Errorf("%w: a quote within %.20s", ErrSyntax, s)
		}
		return in, nil
	}
	var out string
	if err := json.Unmarshal([]byte(s), &out); err != nil {
		return "", fmt.Errorf("%w: the text %.20s", ErrSyntax, s)
	}
	return out, nil
}

func (p *parser) next() token {
	if p.at < len(p.tokens) {
		return p.tokens[p.at]
	}
	return token{}
}

func (p *parser) skip() { p.at++ }

// take consumes a sign or word operator if it comes next.
func (p *parser) take(s string) bool {
	if t := p.next(); t.text != s || (t.kind != tokSign && t.kind != tokName) {
		return false
	}
	p.skip()
	return true
}

// levels lists the operators from the loosest to the tightest.
var levels = [...][]string{{"or"}, {"and"}, {"=", "!=", "<=", ">=", "<", ">", "in"}, {"+", "-"}, {"*", "/"}}

func (p *parser) expression(depth int) (node, error) {
	if depth > maxNesting {
		return nil, fmt.Errorf("%w: it is nested too deep", ErrSyntax)
	}
	cond, err := p.level(0, depth)
	if err != nil || !p.take("?") {
		return cond, err
	}
	yes, err := p.expression(depth + 1)
	if err != nil {
		return nil, err
	}
	if !p.take(":") {
		return nil, fmt.Errorf("%w: a choice without its other half", ErrSyntax)
	}
	no, err := p.expression(depth + 1)
	return choice{cond, yes, no}, err
}

func (p *parser) level(l, depth int) (node, error) {
	if l == len(levels) {
		return p.term(depth)
	}
	a, err := p.level(l+1, depth)
	for err == nil {
		op := ""
		for _, s := range levels[l] {
			if p.take(s) {
				op = s
				break
			}
		}
		if op == "" {
			return a, nil
		}
		var b node
		b, err = p.level(l+1, depth)
		a = binary{op, a, b}
	}
	return nil, err
}

func (p *parser) term(depth int) (node, error) {
	t := p.next()
	p.skip()
	switch {
	case t.kind == tokNumber:
		r, ok := new(big.Rat).SetString(t.text)
		if !ok {
			return nil, fmt.Errorf("%w: the number %s", ErrSyntax, t.text)
		}
		return literal(Number(r)), nil
	case t.kind == tokText:
		return literal(Text(t.text)), nil
	case t.kind == tokName:
		return p.named(t.text, depth)
	case t.text == "-" && depth < maxNesting:
		x, err := p.term(depth + 1)
		return binary{"-", literal(Number(new(big.Rat))), x}, err
	case t.text == "(":
		x, err := p.expression(depth + 1)
		if err == nil && !p.take(")") {
			err = fmt.Errorf("%w: a bracket stays open", ErrSyntax)
		}
		return x, err
	case t.text == "[":
		items, err := p.items("]", depth)
		return listOf(items), err
	}
	return nil, fmt.Errorf("%w at %.10q", ErrSyntax, t.text)
}

// named parses a call, a constant or the name of an input.
func (p *parser) named(s string, depth int) (node, error) {
	if p.take("(") {
		args, err := p.items(")", depth)
		return call{s, args}, err
	}
	switch s {
	case "true", "false":
		return literal(Truth(s == "true")), nil
	case "null":
		return literal(Value{}), nil
	}
	if strings.HasPrefix(s, "$") {
		return nil, fmt.Errorf("%w: the variable %s", ErrSyntax, s)
	}
	return inputName(s), nil
}

func (p *parser) items(end string, depth int) ([]node, error) {
	var out []node
	for !p.take(end) {
		if len(out) > 0 && !p.take(",") {
			return nil, fmt.Errorf("%w: a list stays open", ErrSyntax)
		}
		x, err := p.expression(depth + 1)
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}
