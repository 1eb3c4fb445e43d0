package point

import (
	"context"
	"strings"
	"testing"
	"time"
)

func TestAnswers(t *testing.T) {
	p := New(Config{Name: "oceans"})
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.Answers(ended); err != nil {
		t.Errorf("a point that is being read is waited for: %v", err)
	}
	close(p.loaded)
	if err := p.Answers(ended); err == nil || !strings.Contains(err.Error(), "oceans") {
		t.Errorf("a point whose goroutine hangs says %v", err)
	}
	soon, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	go func() { <-p.knocks }()
	if err := p.Answers(soon); err != nil {
		t.Error(err)
	}
	close(p.gone)
	if err := p.Answers(soon); err != nil {
		t.Errorf("a point that has ended is waited for: %v", err)
	}
}
