"""Known problems: a short code for each trouble, and a page of plain words on what it is and what helps."""
