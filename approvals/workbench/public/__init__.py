"""What does the public counter know and do, without login? Guides, answers by county, progress, decisions, complaints."""
