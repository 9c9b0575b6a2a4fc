-- A neighbour's name comes by an outer join to the list of areas: one that the list lacks would stand without a name.
SELECT area_code, closeness_rank, neighbour_code FROM reference.statistical_neighbours WHERE neighbour_name IS NULL
