package config

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
)

// Definition is the identity of everything that shapes what events add up to: 64 hex digits, equal
// for equal fold version, groups of cells, and of each tenant zone, currency, fiscal year, stages in
// their order and rollups. State that was made under another definition is not continued but built
// anew. What is applied only when asked, sent or taken in (minimum sample, margin, published series, inbox,
// keys, origins, ingest limit) leaves it as it is. So do the partitions, which are checked on their own. The
// configuration must be valid.
func (c Config) Definition(foldVersion, groups string) string {
	type stage struct {
		ID, Category string
		Probability  *float64
		MaxAgeDays   int
	}
	type tenant struct {
		Zone, Currency  string
		FiscalYearStart int
		Stages          []stage
		Rollups         [][]string
	}
	whole := struct {
		FoldVersion, Groups string
		Tenants             map[string]tenant
	}{foldVersion, groups, make(map[string]tenant, len(c.Tenants))}
	for name, t := range c.Tenants {
		d := tenant{Zone: t.Zone, Currency: t.Currency, FiscalYearStart: t.FiscalYearStart}
		for _, s := range t.Stages {
			d.Stages = append(d.Stages, stage(s))
		}
		// The order of dimensions is part of the name that their cells are kept under; that of the
		// rollups is not.
		d.Rollups = append(d.Rollups, t.Rollups...)
		slices.SortFunc(d.Rollups, slices.Compare)
		whole.Tenants[name] = d
	}
	text, err := json.Marshal(whole) // keys of a map are sorted
	if err != nil {
		panic(fmt.Sprintf("config: a validated configuration has no JSON: %v", err))
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
