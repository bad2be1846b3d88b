SELECT p.person, p.arm, contains(w.word, '---') AS abstinent, contains(w.word, 'oooo') AS dropped_out
FROM person p
JOIN word w USING (who)
ORDER BY p.who
